package earshot.server.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code docs/configuration.md}: every setting, from the declarations. */
public final class ConfigurationPage {
    private static final String HEAD = """
            # Configuration

            Made from the code by `./earshot check-config --markdown`; a test fails when it is out of date.

            One YAML file (`--config FILE` or `EARSHOT_CONFIG`), overridden by environment variables (also from a file: `--env FILE`, where the real
            environment wins), overridden by flags (`--set KEY=VALUE`, and flags of their own for what is set most). In the file a key such as
            `network.port` is a nested table, or written with its dot. `./earshot check-config` shows every value and where it came from. A key or an
            `EARSHOT_…` variable that does not exist is an error, with what may have been meant.

            A variable of a seed (`PORT`, `JWT_SECRET`, …) sets every dialect that names it; the variable of our own, which comes first below, sets one
            thing and wins. Durations are written `500ms`, `10s`, `5m`, `2h`, `7d` (variables ending in `_MS`, `_SECS` or `_SECONDS` take bare numbers),
            sizes `4096`, `64KiB`, `16MiB`. Several secrets stand newest first: a list in the file, separated by white space in a variable. Outside the file
            a list of tables is JSON: `EARSHOT_MEET='[{"rooms":"team-*","dialects":["threadkit","waddle"]}]'`.

            **Development** (the default on loopback, or `--dev`) makes up secrets, a threadkit site, demo users and an API key, keeps them in the data
            directory, and prints them. **Production** (`--production`, `NODE_ENV=production`, or any other address without `--dev`) refuses to start when
            a secret is missing, weak or a placeholder, or when an origin is localhost.

            """;

    private static final String DURABILITY = """

            ## What acknowledged means

            `history.durability` | an acknowledged message
            --- | ---
            MEANINGS
            memory (`history.data: none`) | is in this process, and gone when it ends
            """;

    private ConfigurationPage() {}

    public static String markdown() {
        StringBuilder page = new StringBuilder(HEAD);
        Map<String, StringBuilder> sections = new LinkedHashMap<>();
        for (Catalog catalog : ServerConfig.SETTINGS.catalogs()) {
            String title = catalog.concern().isEmpty() ? catalog.about() : catalog.concern();
            StringBuilder section = sections.computeIfAbsent(title, _ -> opened(catalog));
            for (Setting<?> setting : catalog.settings()) section.append(row(setting));
        }
        page.append(String.join("\n", sections.values()));
        String meanings = java.util.Arrays.stream(Durability.values())
                .map(d -> "`" + d.word() + "` | " + d.meaning().replace("an acknowledged message ", ""))
                .collect(Collectors.joining("\n"));
        return page.append(DURABILITY.replace("MEANINGS", meanings)).toString();
    }

    private static StringBuilder opened(Catalog catalog) {
        String title = catalog.concern().isEmpty() ? catalog.about().replace(".", "") : catalog.concern();
        return new StringBuilder("## " + title + "\n\n")
                .append(catalog.concern().isEmpty() ? "" : catalog.about() + "\n\n")
                .append("| setting | default | value | what for | environment |\n| --- | --- | --- | --- | --- |\n");
    }

    private static String row(Setting<?> setting) {
        String names = setting.environmentNames().stream()
                .map(name -> "`" + name + "`")
                .collect(Collectors.joining(" "));
        String fallback = setting.fallback() == null ? setting.without() : "`" + setting.shownFallback() + "`";
        return "| `" + setting.key() + "` | " + cell(fallback) + " | "
                + cell(setting.kind().describe()) + " | " + cell(setting.sentence()) + " | " + names + " |\n";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
