package earshot.server.config;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All settings that there are, by key and by environment variable. Immutable. */
public final class Settings {
    /** Variables of ours that are not settings: read by the launcher, or naming the sources themselves. */
    private static final List<String> NOT_SETTINGS = List.of(
            "EARSHOT_JAVA_OPTS",
            "EARSHOT_SKIP_BUILD",
            "EARSHOT_MAVEN_FLAGS",
            "EARSHOT_CONFIG",
            "EARSHOT_KEY",
            "EARSHOT_SERVER");

    private final List<Catalog> catalogs;
    private final Map<String, Setting<?>> byKey = new LinkedHashMap<>();

    Settings(List<Catalog> catalogs) {
        this.catalogs = List.copyOf(catalogs);
        for (Catalog catalog : catalogs) {
            for (Setting<?> setting : catalog.settings()) {
                if (byKey.put(setting.key(), setting) != null)
                    throw new IllegalStateException(setting.key() + ": declared twice");
            }
        }
    }

    public List<Setting<?>> all() {
        return List.copyOf(byKey.values());
    }

    List<Catalog> catalogs() {
        return catalogs;
    }

    public Optional<Setting<?>> find(String key) {
        return Optional.ofNullable(byKey.get(key));
    }

    /** What somebody may have meant. */
    Optional<String> nearestKey(String key) {
        int enough = enough(key);
        return byKey.keySet().stream()
                .filter(k -> unlike(key, k) <= enough)
                .min(Comparator.comparingInt(k -> unlike(key, k)));
    }

    /** A word that is right but in the wrong section, or in none, is nearly right. */
    private static int unlike(String written, String key) {
        int whole = distance(written, key);
        int last = distance(lastWord(written), lastWord(key));
        return last > lastWord(written).length() / 3 ? whole : Math.min(whole, 1 + last);
    }

    private static String lastWord(String key) {
        return key.substring(key.lastIndexOf('.') + 1);
    }

    /** A setting of the section, as an example; empty when there is no such section. */
    Optional<String> exampleOf(String section) {
        return byKey.keySet().stream().filter(k -> k.startsWith(section + ".")).findFirst();
    }

    /** The section that somebody may have meant; empty for one that there is. */
    Optional<String> nearestSection(String written) {
        if (exampleOf(written).isPresent()) return Optional.empty();
        return nearest(written, sections());
    }

    private List<String> sections() {
        return byKey.keySet().stream()
                .filter(k -> k.contains("."))
                .map(k -> k.substring(0, k.indexOf('.')))
                .distinct()
                .toList();
    }

    boolean isOwnVariable(String name) {
        return NOT_SETTINGS.contains(name)
                || name.startsWith("EARSHOT_TEST_")
                || all().stream().anyMatch(s -> s.ownName().equals(name));
    }

    Optional<String> nearestVariable(String name) {
        return nearest(name, all().stream().<String>map(Setting::ownName).toList());
    }

    private static Optional<String> nearest(String word, List<String> known) {
        int enough = enough(word);
        return known.stream()
                .filter(k -> distance(word, k) <= enough)
                .min(Comparator.comparingInt(k -> distance(word, k)));
    }

    /** How many letters may be wrong. */
    private static int enough(String word) {
        return Math.max(2, word.length() / 3);
    }

    /** Levenshtein's: how many letters must be put in, taken out or changed. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) row[j] = j;
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
