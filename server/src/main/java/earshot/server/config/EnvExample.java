package earshot.server.config;

import java.util.List;

/**
 * {@code deploy/.env.example}: every environment variable, from the declarations. All lines are comments: a variable of our own wins over those of
 * the seeds, so one that merely repeats its default would take their effect away.
 */
public final class EnvExample {
    private static final String HEAD = """
            # Every environment variable of Earshot with its default. Made from the code by `./earshot check-config --env-example`; a test fails when it
            # is out of date. Copy it to .env, take the # away from what you set, and start with: ./earshot serve --env .env
            # Empty: there is no default, and none is needed unless the words above say so. Secrets: openssl rand -base64 48
            # The EARSHOT_ variable wins over those under "also". docs/configuration.md says what values fit.
            """;

    private EnvExample() {}

    public static String text() {
        StringBuilder text = new StringBuilder(HEAD);
        for (Catalog catalog : ServerConfig.SETTINGS.catalogs()) {
            if (catalog.settings().isEmpty()) continue;
            text.append("\n# --- ").append(catalog.about()).append('\n');
            for (Setting<?> setting : catalog.settings()) text.append(entry(setting));
        }
        return text.toString();
    }

    private static String entry(Setting<?> setting) {
        StringBuilder entry = new StringBuilder("\n# ").append(setting.sentence());
        if (setting.fallback() == null)
            entry.append(" Without: ").append(setting.without()).append('.');
        entry.append('\n');
        List<String> seeds = setting.seedNames();
        if (!seeds.isEmpty())
            entry.append("# also: ").append(String.join(", ", seeds)).append('\n');
        return entry.append('#')
                .append(setting.ownName())
                .append('=')
                .append(value(setting))
                .append('\n')
                .toString();
    }

    private static String value(Setting<?> setting) {
        if (setting.fallback() == null || setting.kind().isSecret()) return "";
        String shown = setting.shownFallback();
        return shown.equals(Kinds.NOTHING) ? "" : shown;
    }
}
