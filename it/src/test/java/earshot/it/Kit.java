package earshot.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The files for operators, and the programs that read them. */
final class Kit {
    private static final Path ROOT = Path.of("..");
    private static final Pattern WORD = Pattern.compile("[A-Z][A-Z0-9_]+");

    private Kit() {}

    static Path file(String path) {
        return ROOT.resolve(path);
    }

    static String text(String path) throws IOException {
        return Files.readString(file(path));
    }

    /** Every document of a YAML file (1.2; a doubled key is a mistake). */
    static List<Object> yaml(String text) {
        LoadSettings strict =
                LoadSettings.builder().setAllowDuplicateKeys(false).build();
        return StreamSupport.stream(new Load(strict).loadAllFromString(text).spliterator(), false)
                .toList();
    }

    /** Names of variables that the server reads, as its own list says. */
    static void isRead(String variable) throws IOException {
        Matcher words = WORD.matcher(text("deploy/.env.example"));
        assertThat(words.results().map(MatchResult::group))
                .as("deploy/.env.example has the variable " + variable)
                .contains(variable);
    }

    /** Skips the test, aloud, where a program is not installed. */
    static void need(String program, String packages) {
        boolean there = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
        assumeTrue(there, program + " is not installed: apt-get install " + packages);
    }

    /** What it printed; fails unless its exit status is 0. */
    static String run(List<String> command, List<String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        for (int i = 0; i < environment.size(); i += 2)
            builder.environment().put(environment.get(i), environment.get(i + 1));
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            assertThat(process.waitFor()).as(command + "\n" + printed).isZero();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return printed;
    }
}
