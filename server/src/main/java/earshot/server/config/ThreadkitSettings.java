package earshot.server.config;

import earshot.dialect.threadkit.ThreadkitConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** Comment threads: the dialect's own limits, its sites, and whose tokens it believes. */
public record ThreadkitSettings(boolean enabled, ThreadkitConfig dialect, List<SiteEntry> sites, TokenSettings tokens) {
    /** @param keys public and secret ones alike */
    public record SiteEntry(UUID id, String domain, List<String> keys, List<String> origins) {
        /** Without the keys. */
        @Override
        public String toString() {
            return id + " " + domain;
        }
    }

    static final Catalog CATALOG = new Catalog("threadkit", "The dialect of comment threads.");

    private static final ThreadkitConfig SEED = ThreadkitConfig.DEFAULT;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);

    /** Whose paths these are: the server's own, and the other dialect's. */
    private static final List<String> TAKEN =
            List.of("/v1", "/health", "/channel", "/demo", "/metrics", "/stats", "/docs", "/static", "/echo");

    static final Setting<Boolean> ENABLED =
            CATALOG.setting("enabled", Kinds.SWITCH, true, "Whether this dialect is spoken.");
    private static final Setting<String> PATH =
            CATALOG.setting("path", Kinds.TEXT, SEED.path(), "Where its clients connect.");
    private static final Setting<Integer> RATE = CATALOG.setting(
            "messages-per-second",
            Kinds.integer(0, 1_000_000),
            SEED.messagesPerSecond(),
            "Messages that one connection may send in a fixed window of one second. 0: no limit.",
            "WS_RATE_LIMIT_PER_SEC",
            "RATE_LIMIT_WS_MSG_PER_SEC");
    private static final Setting<Boolean> RATE_ON = CATALOG.setting(
            "rate-limit", Kinds.SWITCH, true, "Whether messages are counted at all.", "RATE_LIMIT_ENABLED");
    private static final Setting<Integer> ERRORS = CATALOG.setting(
            "errors-per-window",
            Kinds.integer(1, 1000),
            SEED.errorsPerWindow(),
            "How many refused messages of a window are answered; the rest are dropped without a word.");
    private static final Setting<Integer> FLOOD = CATALOG.setting(
            "flood-windows",
            Kinds.integer(1, 3600),
            SEED.floodWindows(),
            "A connection that sends ten times its limit in so many windows in a row is closed.");
    private static final Setting<Integer> PAGES = CATALOG.setting(
            "max-pages", Kinds.integer(1, 1000), SEED.maxPages(), "Pages that one connection may subscribe to.");
    private static final Setting<Long> MESSAGE = CATALOG.setting(
            "max-message",
            Kinds.size(1024, 16 << 20),
            (long) SEED.maxMessageBytes(),
            "A longer message closes the connection with 1009.");
    private static final Setting<Duration> IDLE = CATALOG.setting(
            "idle-timeout",
            Kinds.duration(Duration.ZERO, DAY),
            SEED.idleTimeout(),
            "A connection from which nothing came for so long is closed. 0s: never.",
            "WS_IDLE_TIMEOUT_SECS");
    private static final Setting<Duration> PING = CATALOG.setting(
            "ping-interval",
            Kinds.duration(Duration.ZERO, HOUR),
            SEED.pingInterval(),
            "A silent connection is asked whether it is still there. 0s: never.");
    private static final Setting<Duration> DEBOUNCE = CATALOG.setting(
            "typing-debounce",
            Kinds.duration(Duration.ZERO, HOUR),
            SEED.typingDebounce(),
            "A typist is told of again at most this often.",
            "WS_TYPING_DEBOUNCE_MS");
    private static final Setting<Duration> EXPIRY = CATALOG.setting(
            "typing-expiry",
            Kinds.duration(Duration.ZERO, HOUR),
            SEED.typingExpiry(),
            "How long a typist who says no more is kept.",
            "WS_TYPING_EXPIRE_SECS");
    private static final Setting<Boolean> PENDING = CATALOG.setting(
            "relay-pending",
            Kinds.SWITCH,
            SEED.relayPending(),
            "Whether comments that wait for a moderator are shown to everybody, as the original did.");
    private static final Setting<Integer> HISTORY = CATALOG.setting(
            "history-count", Kinds.integer(1, 1000), SEED.historyCount(), "Comments that are kept per page.");
    private static final Setting<Duration> HISTORY_AGE =
            CATALOG.setting("history-age", Kinds.AGE, SEED.historyAge(), "Comments older than this go. 0s: none.");
    private static final Setting<Long> HISTORY_BYTES = CATALOG.setting(
            "history-bytes",
            Kinds.size(0, 1L << 40),
            SEED.historyBytes(),
            "Bytes of comments that are kept per page, the newest. 0: no limit.");
    private static final Setting<Boolean> DURABLE = CATALOG.setting(
            "history-durable",
            Kinds.SWITCH,
            SEED.historyDurable(),
            "Whether comments are kept on disk, so that what /v1 acknowledged survives a crash; otherwise in memory.");
    private static final Setting<Integer> CAPACITY = CATALOG.setting(
            "page-connections", Kinds.integer(1, Integer.MAX_VALUE), SEED.roomCapacity(), "Connections on one page.");
    private static final Setting<Duration> LINGER = CATALOG.setting(
            "linger",
            Kinds.duration(Duration.ZERO, HOUR),
            SEED.linger(),
            "After a close that the server made, a leave is held back so long: a quick return is silent.");
    static final Setting<List<SiteEntry>> SITES = CATALOG.optional(
            "sites",
            new SitesKind(),
            "one made at start in development; needed in production, or site-id with a key, or redis.url",
            "Who has pages: a list of {id, domain, keys, origins}. Origins empty: browsers may connect from anywhere.");
    private static final Setting<String> SITE_ID = CATALOG.optional(
            "site-id", Kinds.TEXT, "sites counts", "The one site of a standalone installation, a UUID.", "SITE_ID");
    private static final Setting<String> SITE_DOMAIN =
            CATALOG.optional("site-domain", Kinds.TEXT, "empty", "Its domain, for people.", "SITE_DOMAIN");
    private static final Setting<String> PUBLIC_KEY = CATALOG.optional(
            "public-key",
            Kinds.TEXT,
            "sites counts",
            "Its public key (tk_pub_…).",
            "PROJECT_ID_PUBLIC",
            "API_KEY_PUBLIC");
    private static final Setting<List<String>> SECRET_KEY = CATALOG.optional(
            "secret-key",
            Kinds.SECRETS,
            "sites counts",
            "Its secret key (tk_sec_…).",
            "PROJECT_ID_SECRET",
            "THREADKIT_SECRET_KEY",
            "API_KEY_SECRET");
    static final TokenSettings.Declared TOKENS = new TokenSettings.Declared(CATALOG, Duration.ofSeconds(60));

    /** @param nameFromToken development only */
    static ThreadkitSettings from(Values values, boolean nameFromToken, List<String> problems) {
        String path = values.of(PATH);
        if (path.length() < 2 || path.charAt(0) != '/' || path.endsWith("/")) {
            problems.add(values.origin(PATH) + ": " + PATH.key() + ": " + Kinds.quoted(path) + " (expected: /word)");
            path = SEED.path();
        }
        if (isTaken(path))
            problems.add(values.origin(PATH) + ": " + PATH.key() + ": " + Kinds.quoted(path)
                    + " is where something else answers (expected: none of " + String.join(", ", TAKEN) + ")");
        var dialect = new ThreadkitConfig(
                path,
                true,
                values.of(RATE_ON) ? values.of(RATE) : 0,
                values.of(ERRORS),
                values.of(FLOOD),
                values.of(PAGES),
                Math.toIntExact(values.of(MESSAGE)),
                values.of(IDLE),
                values.of(PING),
                values.of(DEBOUNCE),
                values.of(EXPIRY),
                values.of(PENDING),
                nameFromToken,
                values.of(HISTORY),
                values.of(HISTORY_AGE),
                values.of(HISTORY_BYTES),
                values.of(DURABLE),
                values.of(CAPACITY),
                values.of(LINGER));
        return new ThreadkitSettings(values.of(ENABLED), dialect, sites(values, problems), TOKENS.from(values));
    }

    private static boolean isTaken(String path) {
        return TAKEN.stream().anyMatch(taken -> path.equals(taken) || path.startsWith(taken + "/"));
    }

    private static List<SiteEntry> sites(Values values, List<String> problems) {
        List<SiteEntry> sites = new ArrayList<>(values.maybe(SITES).orElse(List.of()));
        values.maybe(SITE_ID).ifPresent(text -> {
            try {
                List<String> keys = new ArrayList<>();
                values.maybe(PUBLIC_KEY).ifPresent(keys::add);
                values.maybe(SECRET_KEY).ifPresent(keys::addAll);
                if (keys.isEmpty())
                    problems.add(values.origin(SITE_ID)
                            + ": threadkit.site-id: has no key; give threadkit.public-key (PROJECT_ID_PUBLIC) too");
                sites.add(new SiteEntry(
                        SitesKind.uuid(text), values.maybe(SITE_DOMAIN).orElse(""), keys, List.of()));
            } catch (Kind.Unfit e) {
                problems.add(values.origin(SITE_ID) + ": threadkit.site-id: " + e.getMessage());
            }
        });
        return List.copyOf(sites);
    }

    ThreadkitSettings with(List<SiteEntry> otherSites, TokenSettings otherTokens) {
        return new ThreadkitSettings(enabled, dialect, otherSites, otherTokens);
    }

    /** The list of sites in the file. */
    private static final class SitesKind implements Kind<List<SiteEntry>> {
        @Override
        public String describe() {
            return "list of {id, domain, keys, origins}";
        }

        @Override
        public List<SiteEntry> parse(Raw raw) {
            return Tables.entries(raw, describe()).stream().map(SitesKind::site).toList();
        }

        private static SiteEntry site(Raw raw) {
            Tables.Row row = Tables.row(raw, List.of("id", "domain", "keys", "origins"));
            List<String> keys = row.words("keys");
            if (keys.isEmpty()) throw new Unfit("a site without keys (expected: keys: [tk_pub_…])");
            return new SiteEntry(uuid(row.word("id")), row.wordOr("domain", ""), keys, row.words("origins"));
        }

        static UUID uuid(String text) {
            try {
                UUID id = UUID.fromString(text.toLowerCase(Locale.ROOT));
                if (text.length() == 36) return id;
            } catch (IllegalArgumentException e) {
                // said below, in our words
            }
            throw new Unfit(Kinds.quoted(text) + " is no UUID (expected: 8-4-4-4-12 hexadecimal digits)");
        }

        @Override
        public String show(List<SiteEntry> sites) {
            return String.join(", ", sites.stream().map(SiteEntry::toString).toList());
        }
    }
}
