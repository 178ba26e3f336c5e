package earshot.server.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Everything that an operator can set, checked: a record per concern. Made by {@link #read}.
 *
 * @param nodeId how this node calls itself in logs and statistics
 * @param warnings what an operator should know, one sentence each
 */
public record ServerConfig(
        Mode mode,
        Profile profile,
        NetworkSettings network,
        TlsSettings tls,
        LimitSettings limits,
        CompressionSettings compression,
        HistorySettings history,
        RedisSettings redis,
        PostgresSettings postgres,
        ApiSettings api,
        ThreadkitSettings threadkit,
        WaddleSettings waddle,
        SummitSettings summit,
        GraphwizSettings graphwiz,
        List<Meeting> meetings,
        StatisticsSettings statistics,
        LogSettings log,
        Duration drainTimeout,
        String nodeId,
        Values values,
        List<String> warnings) {

    private static final Catalog CATALOG = new Catalog("", "The process.");
    private static final Catalog DRAIN_CATALOG = new Catalog("drain", "The end of the process.");

    static final Setting<Mode> MODE = CATALOG.optional(
            "mode",
            new ModeKind(),
            "development, and production when bound to anything but loopback",
            "development makes up what is missing, production refuses it.",
            "NODE_ENV");
    static final Setting<Profile> PROFILE = CATALOG.setting(
            "profile",
            Kinds.choice(Profile.class),
            Profile.USUAL,
            "Other defaults, by name. bench: limits above the load of ./earshot bench, for measuring.");
    static final Setting<String> NODE_ID = CATALOG.optional(
            "node-id",
            Kinds.TEXT,
            "made at the first start and kept in the data directory",
            "How this node calls itself in logs, statistics and Redis: different on each node, the same after a restart.",
            "NODE_ID");
    static final Setting<Duration> DRAIN = DRAIN_CATALOG.setting(
            "timeout",
            Kinds.duration(Duration.ZERO, Duration.ofMinutes(10)),
            Duration.ofSeconds(10),
            "After SIGTERM: how long clients may take to go, then they are cut. Socket.IO's go at times of their own in the first half.");

    public static final Settings SETTINGS = new Settings(List.of(
            CATALOG,
            NetworkSettings.CATALOG,
            SocketSettings.CATALOG,
            TlsSettings.CATALOG,
            LimitSettings.CATALOG,
            HttpLimitSettings.CATALOG,
            HandshakeLimitSettings.CATALOG,
            SessionLimitSettings.CATALOG,
            CompressionSettings.CATALOG,
            HistorySettings.CATALOG,
            RedisSettings.CATALOG,
            InteropSettings.CATALOG,
            PostgresSettings.CATALOG,
            ApiSettings.CATALOG,
            ThreadkitSettings.CATALOG,
            WaddleSettings.CATALOG,
            SummitSettings.CATALOG,
            GraphwizSettings.CATALOG,
            Meeting.CATALOG,
            VoiceSettings.CATALOG,
            StatisticsSettings.CATALOG,
            LogSettings.CATALOG,
            DRAIN_CATALOG));

    /**
     * Throws {@link ConfigProblems}.
     *
     * @param secrets makes what development needs and nobody gave
     */
    public static ServerConfig read(Sources sources, DevelopmentSecrets secrets) {
        Values values = Values.read(SETTINGS, sources);
        List<String> problems = new ArrayList<>();
        ServerConfig asGiven = asGiven(values, secrets, problems);
        List<String> warnings = new ArrayList<>();
        if (asGiven.profile == Profile.BENCH)
            warnings.add("profile bench: limits are raised for measuring; leave it out where people are");
        warnOfHistory(asGiven, warnings);
        warnOfCommas(asGiven, warnings);
        if (asGiven.redis.isOn() && asGiven.postgres.isOn()) RedisWindow.warn(asGiven, warnings);
        if (asGiven.mode == Mode.PRODUCTION) ProductionChecks.run(asGiven, problems, warnings);
        if (asGiven.spokenTokens().isEmpty())
            problems.add(
                    "threadkit.enabled, waddle.enabled, summit.enabled and graphwiz.enabled: all are false (expected: at least one dialect)");
        if (!problems.isEmpty()) throw new ConfigProblems(problems);
        ServerConfig complete = asGiven.mode == Mode.DEVELOPMENT ? Development.complete(asGiven, secrets) : asGiven;
        return complete.warning(warnings);
    }

    /** DECISIONS 13. */
    private static void warnOfHistory(ServerConfig config, List<String> warnings) {
        if (config.redis.isOn() && !config.postgres.isOn())
            warnings.add(
                    "all of history is in the memory of Redis, and gone when Redis loses its data: give postgres.url (DATABASE_URL) to keep it in"
                            + " PostgreSQL");
        if (!config.redis.isOn() && config.postgres.isOn())
            warnings.add(
                    "postgres.url is not used: it stands behind Redis, and this node is alone, with its history in "
                            + (config.history.data().isEmpty() ? "memory" : "SQLite"));
    }

    /** In a list of words a comma parts them, and some servers part secrets so too: who meant two has one that nobody signs with. */
    private static void warnOfCommas(ServerConfig config, List<String> warnings) {
        config.spokenTokens().forEach((dialect, tokens) -> {
            if (tokens.secrets().stream().anyMatch(secret -> secret.contains(",")))
                warnings.add(dialect + ".jwt-secret: has a comma, which is part of the secret; white space is between"
                        + " several secrets (JWT_SECRET=\"newest older\"), in the file a list");
        });
    }

    private static ServerConfig asGiven(Values values, DevelopmentSecrets secrets, List<String> problems) {
        NetworkSettings network = NetworkSettings.from(values, problems);
        TlsSettings tls = TlsSettings.from(values, problems);
        checkPorts(network, tls, problems);
        HistorySettings history = HistorySettings.from(values);
        Mode mode = values.maybe(MODE).orElse(network.isLoopback() ? Mode.DEVELOPMENT : Mode.PRODUCTION);
        return new ServerConfig(
                mode,
                values.of(PROFILE),
                network,
                tls,
                LimitSettings.from(values),
                CompressionSettings.from(values),
                history,
                RedisSettings.from(values, problems),
                PostgresSettings.from(values),
                ApiSettings.from(values),
                ThreadkitSettings.from(values, mode == Mode.DEVELOPMENT, problems),
                WaddleSettings.from(values),
                SummitSettings.from(values, mode == Mode.DEVELOPMENT, problems),
                GraphwizSettings.from(values, mode == Mode.DEVELOPMENT),
                values.maybe(Meeting.MEET).orElseGet(() -> Development.meetings(mode)),
                StatisticsSettings.from(values),
                LogSettings.from(values),
                values.of(DRAIN),
                values.maybe(NODE_ID).orElseGet(() -> NodeIdFile.read(history.data(), secrets.keeps())),
                values,
                List.of());
    }

    private static void checkPorts(NetworkSettings network, TlsSettings tls, List<String> problems) {
        if (tls.isOn() && !network.tcp() && tls.port().isEmpty())
            problems.add(
                    "tls.cert: no TCP port is left that could speak TLS, because network.unix-socket is given alone; give"
                            + " tls.port, or network.port");
        if (network.tcp() && network.port() != 0 && tls.port().orElse(0) == network.port())
            problems.add("tls.port: is network.port (" + network.port()
                    + ") as well; leave tls.port out when one port for TLS is enough");
    }

    ServerConfig with(
            ThreadkitSettings otherThreadkit,
            WaddleSettings otherWaddle,
            SummitSettings otherSummit,
            GraphwizSettings otherGraphwiz) {
        return new ServerConfig(
                mode,
                profile,
                network,
                tls,
                limits,
                compression,
                history,
                redis,
                postgres,
                api,
                otherThreadkit,
                otherWaddle,
                otherSummit,
                otherGraphwiz,
                meetings,
                statistics,
                log,
                drainTimeout,
                nodeId,
                values,
                warnings);
    }

    /** With one more key of the server API that may do everything. */
    public ServerConfig withApiKey(String key) {
        return new ServerConfig(
                mode,
                profile,
                network,
                tls,
                limits,
                compression,
                history,
                redis,
                postgres,
                api.with(key),
                threadkit,
                waddle,
                summit,
                graphwiz,
                meetings,
                statistics,
                log,
                drainTimeout,
                nodeId,
                values,
                warnings);
    }

    private ServerConfig warning(List<String> sentences) {
        return new ServerConfig(
                mode,
                profile,
                network,
                tls,
                limits,
                compression,
                history,
                redis,
                postgres,
                api,
                threadkit,
                waddle,
                summit,
                graphwiz,
                meetings,
                statistics,
                log,
                drainTimeout,
                nodeId,
                values,
                List.copyOf(sentences));
    }

    /** A duration as settings are written, such as {@code 10s}; empty when it is none. */
    public static Optional<Duration> duration(String text) {
        try {
            return Optional.of(Kinds.readDuration(new Raw.Text(text)));
        } catch (Kind.Unfit e) {
            return Optional.empty();
        }
    }

    /** What it means that a message was acknowledged. */
    public String durabilityMeaning() {
        return redis.isOn() ? redis.durabilityMeaning() : history.meaning();
    }

    /** Voice rooms, and who mixes them. */
    public VoiceSettings voice() {
        return VoiceSettings.from(values);
    }

    public boolean isDevelopment() {
        return mode == Mode.DEVELOPMENT;
    }

    /** The keys of each dialect that is spoken. */
    Map<String, TokenSettings> spokenTokens() {
        Map<String, TokenSettings> spoken = new TreeMap<>();
        if (threadkit.enabled()) spoken.put("threadkit", threadkit.tokens());
        if (waddle.enabled()) spoken.put("waddle", waddle.tokens());
        if (summit.enabled()) spoken.put("summit", summit.tokens());
        if (graphwiz.enabled()) spoken.put("graphwiz", graphwiz.tokens());
        return spoken;
    }

    /** Without secrets. */
    @Override
    public String toString() {
        return mode + " on " + network.host() + ":" + network.port();
    }

    /** The seeds' word {@code test} is development. */
    private static final class ModeKind implements Kind<Mode> {
        private static final Set<String> DEVELOPMENT_WORDS = Set.of("development", "dev", "test");

        @Override
        public String describe() {
            return "one of development, production (test is development)";
        }

        @Override
        public Mode parse(Raw raw) {
            String word = Kinds.word(raw).text().strip().toLowerCase(Locale.ROOT);
            if (DEVELOPMENT_WORDS.contains(word)) return Mode.DEVELOPMENT;
            if (word.equals("production")) return Mode.PRODUCTION;
            throw new Unfit(Kinds.quoted(word) + " (expected: development, test or production)");
        }

        @Override
        public String show(Mode mode) {
            return Kinds.spelled(mode);
        }
    }
}
