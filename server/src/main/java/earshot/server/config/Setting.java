package earshot.server.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One thing that an operator can set, declared once: whatever shows, reads or checks settings does it from here. Immutable.
 *
 * @param key as the file has it, for example {@code network.port}
 * @param fallback what counts when nobody says anything; null: nothing, and {@code without} tells what that means
 * @param without what happens without a value, for people; empty when there is a fallback
 * @param sentence what it is for
 * @param seedNames environment variables of the originals that set it too, the stronger first
 */
public record Setting<T>(
        String key, Kind<T> kind, @Nullable T fallback, String without, String sentence, List<String> seedNames) {

    /** The environment variable of our own, which wins over those of the seeds. */
    public String ownName() {
        return "EARSHOT_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** All environment variables that set it, the strongest first. */
    public List<String> environmentNames() {
        List<String> names = new ArrayList<>();
        names.add(ownName());
        names.addAll(seedNames);
        return names;
    }

    /** The fallback as {@code check-config} and the documentation show it. */
    public String shownFallback() {
        return fallback == null ? without : kind.show(fallback);
    }
}
