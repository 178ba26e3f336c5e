package earshot.bench.table;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Starts contenders, each in a directory of its own below one that the caller removes. One thread. */
final class Starter {
    private final Checkout checkout;
    private final Cores cores;
    private final Path work;
    private int serial;

    Starter(Checkout checkout, Cores cores, Path work) {
        this.checkout = checkout;
        this.cores = cores;
        this.work = work;
    }

    /** What is there, with its version or command; what is not has a sentence in {@code missing}. */
    Map<String, String> present(List<Contender> wanted, List<String> missing) throws IOException, InterruptedException {
        Map<String, String> present = new LinkedHashMap<>();
        for (Contender contender : wanted) {
            if (!contender.isPeer()) {
                present.put(contender.key(), described(contender));
                continue;
            }
            Process process = new ProcessBuilder(checkout.peer("version").toString(), contender.key())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (process.waitFor() == 0) present.put(contender.key(), said.strip());
            else missing.add(contender.label + " is left out: " + said.strip());
        }
        return present;
    }

    private static String described(Contender contender) {
        if (contender == Contender.BARE) return "`java @jvm.options earshot.bench.bare.BareServer PORT`";
        return "`" + String.join(" ", serve(contender, "PORT", "DIR")) + "`";
    }

    private static List<String> serve(Contender contender, String port, String data) {
        return List.of(
                "./earshot",
                "serve",
                "--dev",
                "--profile",
                "bench",
                "--port",
                port,
                "--data",
                contender == Contender.SQLITE ? data : "none",
                "--set",
                "network.loops=" + contender.loops());
    }

    /** @throws IOException with a sentence when it does not come up */
    Rival start(Contender contender) throws IOException, InterruptedException {
        Path directory = Files.createDirectories(work.resolve(contender.key() + "-" + ++serial));
        int port = ServerProcess.freePort();
        Map<String, String> environment = new HashMap<>(Map.of("TMPDIR", directory.toString()));
        String secret = "";
        if (contender.isEarshot()) {
            byte[] random = new byte[32];
            new SecureRandom().nextBytes(random);
            secret = HexFormat.of().formatHex(random);
            environment.put("EARSHOT_WADDLE_JWT_SECRET", secret);
            environment.put("EARSHOT_SKIP_BUILD", "1");
        }
        List<String> command = cores.around(contender, command(contender, Integer.toString(port), directory));
        return new Rival(contender, ServerProcess.start(command, environment, directory, port), secret);
    }

    private List<String> command(Contender contender, String port, Path directory) {
        return switch (contender) {
            case BARE -> bare(port);
            case MEMORY, SQLITE, TWO_LOOPS -> {
                List<String> command = new ArrayList<>(
                        serve(contender, port, directory.resolve("data").toString()));
                command.set(0, checkout.root().resolve("earshot").toString());
                yield command;
            }
            case NCHAN, WS, SOCKETIO -> List.of(checkout.peer("start").toString(), contender.key(), port);
        };
    }

    private List<String> bare(String port) {
        List<String> command = new ArrayList<>(java(checkout));
        command.addAll(List.of("earshot.bench.bare.BareServer", port));
        return command;
    }

    /** Starts a class of ours, with the flags that Earshot runs with, from any directory. */
    static List<String> java(Checkout checkout) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String separator = File.pathSeparator;
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(separator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(separator));
        return List.of(java, "@" + checkout.jvmOptions(), "-cp", classPath);
    }
}
