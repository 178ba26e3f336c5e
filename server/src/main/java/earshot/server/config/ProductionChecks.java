package earshot.server.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What production refuses and warns of: the checks of the seeds, and ours (DECISIONS 1, 9, 19). */
final class ProductionChecks {
    /** RFC 7518 section 3.2: a key of at least the hash's size. */
    private static final int LEAST_SECRET_CHARS = 32;

    private static final int LEAST_SUMMIT_SECRET_CHARS = 64;

    private static final Set<String> PLACEHOLDERS = Set.of(
            "your-secret-key-here",
            "tk_sec_your_secret_key",
            "loadtest-secret-not-for-production",
            "test-secret-key-min-32-chars-long");
    private static final List<String> PLACEHOLDER_WORDS =
            List.of("changeme", "change-me", "your-secret", "your_secret", "not-for-production", "placeholder");

    private ProductionChecks() {}

    static void run(ServerConfig config, List<String> problems, List<String> warnings) {
        config.spokenTokens().forEach((dialect, tokens) -> checkKeys(dialect, tokens, problems));
        checkSharedSecrets(config, warnings);
        config.voice().check(problems);
        if (config.threadkit().enabled()) checkSites(config, problems, warnings);
        if (config.summit().enabled()) checkSummit(config, problems, warnings);
        if (config.graphwiz().enabled()) checkGraphwiz(config, warnings);
        for (String key : config.api().keys()) {
            if (isWeak(key)) problems.add(weak("api.keys", key));
        }
        if (config.api().publicStatus())
            warnings.add(
                    "/stats, /v1/stats and /metrics answer everybody and name tenants and rooms; api.public-status: false asks"
                            + " for an API key");
        checkWire(config, warnings);
        if (config.history().data().isEmpty())
            warnings.add("history.data: none keeps every message in memory only: all are gone when this process ends");
    }

    /** A proxy that ends TLS would be named as trusted, or sit on this machine. */
    private static void checkWire(ServerConfig config, List<String> warnings) {
        NetworkSettings network = config.network();
        if (network.isLoopback() || !network.trustedProxies().isEmpty()) return;
        if (!config.tls().isOn())
            warnings.add(
                    "there is no TLS and no trusted proxy: tokens and messages are readable on the way; give tls.cert and"
                            + " tls.key, or put a proxy in front and name it in network.trusted-proxies");
        else if (config.tls().port().isPresent())
            warnings.add("network.port speaks plain HTTP beside tls.port, on " + network.host()
                    + ": who uses it sends tokens readably; leave out tls.port to have TLS only");
    }

    private static void checkKeys(String dialect, TokenSettings tokens, List<String> problems) {
        String key = dialect + ".jwt-secret";
        if (!tokens.hasKey()) {
            problems.add(key + ": production needs a key to check tokens with; give JWT_SECRET, EARSHOT_"
                    + dialect.toUpperCase(Locale.ROOT) + "_JWT_SECRET, or a public key or key set; "
                    + dialect + ".enabled: false leaves the dialect out");
        }
        for (String secret : tokens.secrets()) {
            if (isWeak(secret)) problems.add(weak(key, secret));
        }
    }

    private static String weak(String key, String secret) {
        return isPlaceholder(secret)
                ? key + ": is the placeholder of an example; make one with: openssl rand -base64 48"
                : key + ": has " + secret.length() + " characters (expected: at least " + LEAST_SECRET_CHARS
                        + " that nobody can guess); make one with: openssl rand -base64 48";
    }

    static boolean isWeak(String secret) {
        return secret.length() < LEAST_SECRET_CHARS
                || isPlaceholder(secret)
                || secret.chars().distinct().count() < 8;
    }

    private static boolean isPlaceholder(String secret) {
        String lower = secret.toLowerCase(Locale.ROOT);
        return PLACEHOLDERS.contains(lower) || PLACEHOLDER_WORDS.stream().anyMatch(lower::contains);
    }

    private static void checkSharedSecrets(ServerConfig config, List<String> warnings) {
        Map<String, List<String>> bySecret = new HashMap<>();
        config.spokenTokens().forEach((dialect, tokens) -> {
            if (!tokens.audience().isEmpty()) return;
            for (String secret : tokens.secrets())
                bySecret.computeIfAbsent(secret, _ -> new ArrayList<>()).add(dialect);
        });
        bySecret.values().stream()
                .filter(dialects -> dialects.size() > 1)
                .distinct()
                .forEach(dialects -> warnings.add("one secret serves " + String.join(" and ", dialects)
                        + ", so a token for one opens the other; give each its own, or set jwt-audience"));
    }

    /** With Redis the sites of ThreadKit's own server count: there need be none of the configuration. */
    private static void checkSites(ServerConfig config, List<String> problems, List<String> warnings) {
        ThreadkitSettings threadkit = config.threadkit();
        if (threadkit.sites().isEmpty() && !config.redis().isOn()) {
            problems.add("threadkit.sites: production needs at least one site; give a list in the file, or SITE_ID with"
                    + " PROJECT_ID_PUBLIC, or a Redis that has them, or set threadkit.enabled to false");
        }
        for (ThreadkitSettings.SiteEntry site : threadkit.sites()) {
            if (site.keys().stream().anyMatch(ProductionChecks::isPlaceholder))
                problems.add("threadkit.sites: a key of " + site.id() + " is the placeholder of an example");
            if (site.origins().isEmpty())
                warnings.add(
                        "threadkit.sites: " + site.id() + " has no origins: any web page may connect with its key");
            for (String origin : site.origins()) {
                if (isLocal(origin))
                    problems.add("threadkit.sites: Production cannot use localhost in origins (" + origin + ")");
            }
        }
    }

    /** The checks of seed 002, in its words. */
    private static void checkSummit(ServerConfig config, List<String> problems, List<String> warnings) {
        for (String secret : config.summit().tokens().secrets()) {
            if (secret.length() < LEAST_SUMMIT_SECRET_CHARS && !isWeak(secret))
                problems.add("summit.jwt-secret: Production requires a strong JWT_SECRET (min "
                        + LEAST_SUMMIT_SECRET_CHARS + " characters); give one, or set summit.enabled to false");
        }
        for (String origin : SummitSettings.givenOrigins(config.values())) {
            if (isLocal(origin))
                problems.add("summit.cors-origins: Production cannot use localhost in CORS_ORIGIN (" + origin + ")");
            else if (origin.equals("*"))
                warnings.add("summit.cors-origins: * lets the pages of any site connect with their visitors' tokens");
        }
    }

    /** What the seed calls not recommended in production. */
    private static void checkGraphwiz(ServerConfig config, List<String> warnings) {
        if (config.graphwiz().dialect().access().userIdAlone())
            warnings.add(
                    "graphwiz.require-auth: false lets everybody in who names a user_id; leave it out to require tokens");
        if (config.graphwiz().dialect().access().anonymous())
            warnings.add("graphwiz.allow-anonymous: true lets everybody in");
        if (GraphwizSettings.givenOrigins(config.values()).contains("*"))
            warnings.add("graphwiz.origins: * lets the pages of any site connect with their visitors' tokens");
    }

    private static boolean isLocal(String origin) {
        return origin.contains("localhost") || origin.contains("127.0.0.1") || origin.contains("[::1]");
    }
}
