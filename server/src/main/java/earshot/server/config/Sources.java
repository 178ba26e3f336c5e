package earshot.server.config;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where values come from, the weakest first.
 *
 * @param file YAML; null: none
 * @param dotenv variables in a file; null: none. A variable of the environment wins over the same one here
 * @param environment of the process
 * @param flags key to value, as given on the command line; the origin is said as {@code --key} unless {@code flagNames} has a better word
 * @param flagNames key to the flag that set it
 */
public record Sources(
        @Nullable Path file,
        @Nullable Path dotenv,
        Map<String, String> environment,
        Map<String, String> flags,
        Map<String, String> flagNames) {

    public static final Sources NOTHING = new Sources(null, null, Map.of(), Map.of(), Map.of());

    public static Sources environment(Map<String, String> environment) {
        return new Sources(null, null, environment, Map.of(), Map.of());
    }
}
