package earshot.server.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Fuzz target: any configuration is read, or refused in sentences. The first byte says whether the rest is a YAML file, a file of variables, variables of
 * the environment or flags; of the last two each line is {@code name=value}.
 */
public final class ConfigFuzz {
    private static final Path FILE = file();
    private static final DevelopmentSecrets SECRETS = (_, _) -> "a-secret-of-the-fuzzer-0123456789abcdef";

    private ConfigFuzz() {}

    private static Path file() {
        try {
            Path file = Files.createTempFile("earshot-fuzz", ".yaml");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 1) return;
        byte[] rest = Arrays.copyOfRange(input, 1, input.length);
        try {
            ServerConfig config = ServerConfig.read(sources(input[0] & 3, rest), SECRETS);
            if (config.toString().contains("fuzzer")) throw new AssertionError("shows a secret");
        } catch (ConfigProblems refused) {
            for (String sentence : refused.problems())
                if (sentence.length() > 1100) throw new AssertionError("a sentence of " + sentence.length());
        }
    }

    private static Sources sources(int kind, byte[] rest) {
        return switch (kind) {
            case 0 -> new Sources(write(rest), null, Map.of(), Map.of(), Map.of());
            case 1 -> new Sources(null, write(rest), Map.of(), Map.of(), Map.of());
            case 2 -> new Sources(null, null, lines(rest), Map.of(), Map.of());
            default -> new Sources(null, null, Map.of(), lines(rest), Map.of());
        };
    }

    private static Path write(byte[] bytes) {
        try {
            return Files.write(FILE, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> lines(byte[] rest) {
        Map<String, String> all = new LinkedHashMap<>();
        for (String line : new String(rest, StandardCharsets.UTF_8).split("\n", -1)) {
            int equals = line.indexOf('=');
            if (equals > 0) all.put(line.substring(0, equals), line.substring(equals + 1));
        }
        return all;
    }
}
