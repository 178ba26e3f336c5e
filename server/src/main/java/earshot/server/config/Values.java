package earshot.server.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The effective value of every setting, and where each came from. Immutable once read. */
public final class Values {
    private static final String DEFAULT_ORIGIN = "default";
    /** Variables of seeds 002 and 003 whose unit is in its documentation only. */
    private static final Set<String> MILLISECONDS = Set.of("HEARTBEAT_INTERVAL", "HEARTBEAT_TIMEOUT");

    private static final Set<String> SECONDS = Set.of("PERSISTENCE_TTL", "MESSAGE_RETRY_INTERVAL");

    private final Settings settings;
    private final Map<Setting<?>, Effective> effective = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    /** @param value null: nobody gave one and there is no fallback */
    private record Effective(@Nullable Object value, String origin) {}

    private Values(Settings settings) {
        this.settings = settings;
    }

    /** Throws {@link ConfigProblems} with everything that is wrong, not only the first. */
    static Values read(Settings settings, Sources sources) {
        Values values = new Values(settings);
        Map<String, Given> given = new LinkedHashMap<>();
        if (sources.file() != null) values.addFile(given, sources.file());
        values.addEnvironment(given, sources);
        values.addFlags(given, sources);
        values.addProfile(given);
        for (Setting<?> setting : settings.all()) values.settle(setting, given.get(setting.key()));
        if (!values.problems.isEmpty()) throw new ConfigProblems(values.problems);
        return values;
    }

    private void addFile(Map<String, Given> given, Path file) {
        Set<String> sections = new HashSet<>();
        YamlFile.read(file).forEach((key, value) -> {
            if (settings.find(key).isPresent()) given.put(key, value);
            else if (isNewsOfItsSection(key, sections)) problems.add(value.origin() + ": " + unknown(key));
        });
    }

    /** A section that is spelled wrong is one mistake, however much stands in it. */
    private boolean isNewsOfItsSection(String key, Set<String> told) {
        int dot = key.indexOf('.');
        return dot < 0 || settings.nearestSection(key.substring(0, dot)).isEmpty() || told.add(key.substring(0, dot));
    }

    private String unknown(String key) {
        String section = key.contains(".") ? key.substring(0, key.indexOf('.')) : key;
        Optional<String> example = settings.exampleOf(section);
        if (example.isPresent() && section.equals(key))
            return key + " is a table (expected: settings below it, such as " + example.get() + ")";
        Optional<String> meantSection = settings.nearestSection(section);
        if (meantSection.isPresent() && key.contains("."))
            return "there is no section " + Kinds.quoted(section) + "; did you mean " + meantSection.get() + "?";
        String meant = settings.nearestKey(key)
                .or(() -> meantSection)
                .map(k -> "did you mean " + k + "?")
                .orElse("docs/configuration.md has all settings");
        return "there is no setting " + Kinds.quoted(key) + "; " + meant;
    }

    private void addEnvironment(Map<String, Given> given, Sources sources) {
        Map<String, String> dotenv = sources.dotenv() == null ? Map.of() : DotEnv.read(sources.dotenv());
        refuseUnknownVariables(dotenv, String.valueOf(sources.dotenv()));
        refuseUnknownVariables(sources.environment(), "environment");
        for (Setting<?> setting : settings.all()) {
            for (String name : setting.environmentNames()) {
                Given variable = variable(name, dotenv, sources);
                if (variable == null) continue;
                given.put(setting.key(), variable);
                break;
            }
        }
    }

    /** Kubernetes tells of a service called redis with a tcp:// address in every pod, and DATABASE_URL is often another product's: nobody meant us. */
    private static String mine(String name, String value) {
        return switch (name) {
            case "REDIS_PORT" -> value.startsWith("tcp://") ? "" : value;
            case "DATABASE_URL" -> value.strip().matches("(jdbc:)?postgres(ql)?:.*") ? value : "";
            default -> value;
        };
    }

    private static @Nullable Given variable(String name, Map<String, String> dotenv, Sources sources) {
        String value = mine(name, sources.environment().getOrDefault(name, ""));
        if (!value.isBlank()) return new Given(new Raw.Text(value, unitOf(name)), "environment " + name);
        value = mine(name, dotenv.getOrDefault(name, ""));
        if (!value.isBlank()) return new Given(new Raw.Text(value, unitOf(name)), sources.dotenv() + " " + name);
        return null;
    }

    /** The seeds give bare numbers, mostly with the unit in the name. */
    private static String unitOf(String variable) {
        if (variable.endsWith("_MS") || MILLISECONDS.contains(variable)) return "ms";
        boolean seconds = variable.endsWith("_SECS") || variable.endsWith("_SECONDS") || SECONDS.contains(variable);
        return seconds ? "s" : "";
    }

    private void refuseUnknownVariables(Map<String, String> variables, String where) {
        for (String name : variables.keySet()) {
            if (!name.startsWith("EARSHOT_") || settings.isOwnVariable(name)) continue;
            String meant = settings.nearestVariable(name)
                    .map(n -> "did you mean " + n + "?")
                    .orElse("docs/configuration.md has all of them");
            problems.add(where + ": there is no variable " + name + "; " + meant);
        }
    }

    private void addFlags(Map<String, Given> given, Sources sources) {
        sources.flags().forEach((key, value) -> {
            String flag = sources.flagNames().getOrDefault(key, "--set " + key);
            if (settings.find(key).isPresent()) given.put(key, new Given(new Raw.Text(value), flag));
            else problems.add(flag + ": " + unknown(key));
        });
    }

    /** Weaker than whatever anybody gave. A profile that is none is told of when its own setting is read. */
    private void addProfile(Map<String, Given> given) {
        Given named = given.get(ServerConfig.PROFILE.key());
        if (named == null) return;
        try {
            Profile profile = ServerConfig.PROFILE.kind().parse(named.value());
            profile.defaults()
                    .forEach((key, value) ->
                            given.putIfAbsent(key, new Given(new Raw.Text(value), "profile " + profile.word())));
        } catch (Kind.Unfit e) {
            return;
        }
    }

    private void settle(Setting<?> setting, @Nullable Given given) {
        if (given == null) {
            effective.put(setting, new Effective(setting.fallback(), DEFAULT_ORIGIN));
            return;
        }
        try {
            effective.put(setting, new Effective(setting.kind().parse(given.value()), given.origin()));
        } catch (Kind.Unfit e) {
            String what = setting.kind().isSecret() ? "the value does not fit: " + e.getMessage() : e.getMessage();
            problems.add(given.origin() + ": " + setting.key() + ": " + what);
            effective.put(setting, new Effective(setting.fallback(), DEFAULT_ORIGIN));
        }
    }

    /** The value of a setting that has a fallback. */
    <T> T of(Setting<T> setting) {
        return maybe(setting).orElseThrow(() -> new IllegalStateException(setting.key() + ": has no fallback"));
    }

    /** Empty: nobody gave one. */
    @SuppressWarnings("unchecked") // put by settle, which parsed it with the same setting's kind
    <T> Optional<T> maybe(Setting<T> setting) {
        Effective found = effective.get(setting);
        return found == null ? Optional.empty() : Optional.ofNullable((T) found.value());
    }

    public boolean isGiven(Setting<?> setting) {
        return !origin(setting).equals(DEFAULT_ORIGIN);
    }

    public String origin(Setting<?> setting) {
        Effective found = effective.get(setting);
        return found == null ? DEFAULT_ORIGIN : found.origin();
    }

    /** The value as an operator would write it, secrets masked; what happens without one in brackets. */
    public <T> String shown(Setting<T> setting) {
        return maybe(setting).map(setting.kind()::show).orElse("(" + setting.without() + ")");
    }

    public Settings settings() {
        return settings;
    }
}
