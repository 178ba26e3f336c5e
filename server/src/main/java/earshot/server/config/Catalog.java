package earshot.server.config;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The settings of one concern, in the order of their declaration. Filled while the concern's class is loaded, read afterwards. */
final class Catalog {
    private final String concern;
    private final String about;
    private final List<Setting<?>> settings = new ArrayList<>();

    /**
     * @param concern the first word of every key; empty for settings without one
     * @param about a sentence for the documentation
     */
    Catalog(String concern, String about) {
        this.concern = concern;
        this.about = about;
    }

    <T> Setting<T> setting(String name, Kind<T> kind, T fallback, String sentence, String... seedNames) {
        return add(name, kind, fallback, "", sentence, seedNames);
    }

    /** @param without what happens when nobody gives it */
    <T> Setting<T> optional(String name, Kind<T> kind, String without, String sentence, String... seedNames) {
        return add(name, kind, null, without, sentence, seedNames);
    }

    private <T> Setting<T> add(
            String name, Kind<T> kind, @Nullable T fallback, String without, String sentence, String... seedNames) {
        String key = concern.isEmpty() ? name : concern + "." + name;
        var setting = new Setting<>(key, kind, fallback, without, sentence, List.of(seedNames));
        settings.add(setting);
        return setting;
    }

    String concern() {
        return concern;
    }

    String about() {
        return about;
    }

    List<Setting<?>> settings() {
        return List.copyOf(settings);
    }
}
