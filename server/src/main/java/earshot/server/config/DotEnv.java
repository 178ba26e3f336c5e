package earshot.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of environment variables: {@code NAME=value} lines, {@code export} allowed, {@code #} begins a comment, quotes as in a shell; nothing
 * is expanded.
 */
final class DotEnv {
    private static final Pattern LINE = Pattern.compile("(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)\\s*=\\s*(.*)");

    private DotEnv() {}

    /** Throws {@link ConfigProblems}; what a bad line holds is not repeated, it may be a secret. */
    static Map<String, String> read(Path path) {
        Map<String, String> variables = new LinkedHashMap<>();
        int number = 0;
        for (String line : lines(path)) {
            number++;
            String stripped = line.strip();
            if (stripped.isEmpty() || stripped.startsWith("#")) continue;
            Matcher assignment = LINE.matcher(stripped);
            if (!assignment.matches())
                throw new ConfigProblems(List.of(path + " line " + number + ": is not NAME=value"));
            variables.put(assignment.group(1), value(assignment.group(2)));
        }
        return variables;
    }

    private static List<String> lines(Path path) {
        try {
            return Files.readAllLines(path);
        } catch (NoSuchFileException e) {
            throw new ConfigProblems(List.of(path + ": no such file (given with --env)"));
        } catch (IOException e) {
            throw new ConfigProblems(List.of(path + ": cannot be read: " + e.getMessage()));
        }
    }

    private static String value(String written) {
        if (written.startsWith("'")) return upTo(written, '\'');
        if (written.startsWith("\""))
            return upTo(written, '"').replace("\\n", "\n").replace("\\\"", "\"");
        int comment = written.indexOf(" #");
        return (comment < 0 ? written : written.substring(0, comment)).strip();
    }

    private static String upTo(String written, char quote) {
        int end = written.lastIndexOf(quote);
        return end > 0 ? written.substring(1, end) : written.substring(1);
    }
}
