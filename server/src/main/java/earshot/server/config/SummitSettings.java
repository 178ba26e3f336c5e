package earshot.server.config;

import earshot.dialect.EngineIo;
import earshot.dialect.summit.SummitConfig;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Multi-tenant rooms over Socket.IO: the dialect's own limits, the terms of its transport, and whose tokens it believes. */
public record SummitSettings(
        boolean enabled, SummitConfig dialect, Optional<Authorization> authorization, TokenSettings tokens) {
    /**
     * The product's own word on who may join and send.
     *
     * @param secret empty: unsigned
     */
    public record Authorization(URI url, Optional<String> secret, Duration within) {
        /** Without the secret. */
        @Override
        public String toString() {
            return url + " within " + within;
        }
    }

    static final Catalog CATALOG = new Catalog("summit", "The dialect of multi-tenant rooms over Socket.IO.");

    /** What the original's development allows. */
    private static final String DEVELOPMENT_ORIGIN = "http://localhost:3000";

    private static final String ANY = "*";
    private static final SummitConfig SEED = SummitConfig.DEFAULT;
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);

    static final Setting<Boolean> ENABLED =
            CATALOG.setting("enabled", Kinds.SWITCH, true, "Whether this dialect is spoken.");
    private static final Setting<String> PATH = CATALOG.setting(
            "path", Kinds.TEXT, SEED.engine().path(), "Where clients dial; begins and ends with a slash.");
    private static final Setting<List<String>> TRANSPORTS = CATALOG.setting(
            "transports",
            Kinds.WORDS,
            List.of("polling", "websocket"),
            "By what clients may come: polling, websocket.");
    private static final Setting<Duration> PING = CATALOG.setting(
            "ping-interval",
            Kinds.duration(Duration.ofMillis(50), HOUR),
            SEED.engine().times().pingInterval(),
            "The server pings so long after the last pong.",
            "HEARTBEAT_INTERVAL");
    private static final Setting<Duration> PING_TIMEOUT = CATALOG.setting(
            "ping-timeout",
            Kinds.duration(Duration.ofMillis(50), HOUR),
            SEED.engine().times().pingTimeout(),
            "And waits so long for the next one.",
            "HEARTBEAT_TIMEOUT");
    private static final Setting<Duration> UPGRADE = CATALOG.setting(
            "upgrade-timeout",
            Kinds.duration(SECOND, HOUR),
            SEED.engine().times().upgrade(),
            "How long a change from polling to WebSocket may take.");
    private static final Setting<Duration> CONNECT = CATALOG.setting(
            "connect-timeout",
            Kinds.duration(SECOND, HOUR),
            SEED.engine().times().connect(),
            "A connection that is in no namespace by then is closed.");
    private static final Setting<String> COOKIE = CATALOG.optional(
            "cookie",
            Kinds.TEXT,
            "no cookie",
            "Name of a cookie with the session's id, for balancers that stick to it.");
    static final Setting<List<String>> ORIGINS = CATALOG.optional(
            "cors-origins",
            Kinds.WORDS,
            DEVELOPMENT_ORIGIN + " in development, none but the server's own in production",
            "Sites whose pages may connect; * for all. Who sends no origin is no browser, and may.",
            "CORS_ORIGIN");
    private static final Setting<Boolean> CREDENTIALS = CATALOG.setting(
            "cors-credentials", Kinds.SWITCH, true, "Whether browsers may send cookies along.", "CORS_CREDENTIALS");
    private static final Setting<Integer> SESSIONS = CATALOG.setting(
            "max-connections",
            Kinds.integer(1, 10_000_000),
            10_000,
            "Connections of this dialect on this node; beyond it handshakes get 503.",
            "RATE_LIMIT_MAX_CONNECTIONS");
    private static final Setting<Long> MESSAGE = CATALOG.setting(
            "max-message",
            Kinds.size(1024, 16 << 20),
            (long) SEED.maxMessageBytes(),
            "Bytes of a message with its attachments, and of the body of a POST; announced as maxPayload.");
    private static final Setting<List<String>> NAMESPACES = CATALOG.setting(
            "namespaces",
            Kinds.WORDS,
            List.of(),
            "Further namespaces besides /, by name or by pattern with *: each has rooms of its own.");
    private static final Setting<SummitConfig.RoomNames> NAMES = CATALOG.setting(
            "room-names",
            Kinds.choice(SummitConfig.RoomNames.class),
            SEED.names(),
            "How rooms are called in what the server says: as the connection joined them, or tenant:room. Both are understood.",
            "ROOM_NAMES");
    private static final Setting<Integer> CAPACITY = CATALOG.setting(
            "room-capacity", Kinds.integer(1, 10_000_000), SEED.rooms().capacity(), "Connections per room.");
    private static final Setting<Integer> PER_CONNECTION = CATALOG.setting(
            "max-rooms", Kinds.integer(1, 1000), SEED.rooms().perConnection(), "Rooms that one connection may be in.");
    private static final Setting<Long> METADATA = CATALOG.setting(
            "max-metadata",
            Kinds.size(0, 65_536),
            (long) SEED.rooms().maxMetadataBytes(),
            "Bytes of the metadata of a join.");
    private static final Setting<Boolean> PERSISTENCE = CATALOG.setting(
            "persistence",
            Kinds.SWITCH,
            true,
            "Whether persistent messages are replayed to those who join later.",
            "PERSISTENCE_ENABLED");
    private static final Setting<Duration> TTL = CATALOG.setting(
            "persistence-ttl",
            Kinds.duration(SECOND, Duration.ofDays(366)),
            SEED.persistence().ttl(),
            "How old a message may be that is replayed.",
            "PERSISTENCE_TTL");
    private static final Setting<Integer> MAX_MESSAGES = CATALOG.setting(
            "persistence-messages",
            Kinds.integer(1, 1_000_000),
            SEED.persistence().maxMessages(),
            "Persistent messages of a room that are kept, the newest.",
            "PERSISTENCE_MAX_MESSAGES");
    private static final Setting<Integer> REPLAY = CATALOG.setting(
            "replay-limit",
            Kinds.integer(0, 1000),
            SEED.persistence().replayLimit(),
            "Persistent messages that who joins is sent unasked. 0: none.",
            "REPLAY_LIMIT");
    private static final Setting<Integer> RATE = CATALOG.setting(
            "messages-per-second",
            Kinds.integer(1, 10_000_000),
            SEED.rates().messagesPerSecond(),
            "Events that a user may send in a second, over all connections to this node; and connections that may be made.",
            "RATE_LIMIT_MESSAGES_PER_SECOND");
    private static final Setting<Integer> BURST = CATALOG.setting(
            "burst",
            Kinds.integer(1, 10_000_000),
            SEED.rates().burst(),
            "How many of them at once.",
            "RATE_LIMIT_BURST_SIZE");
    private static final Setting<Integer> TENANT_RATE = CATALOG.setting(
            "tenant-messages-per-second",
            Kinds.integer(0, 10_000_000),
            SEED.rates().tenantPerSecond(),
            "The same for all users of a tenant together. 0: no limit.");
    private static final Setting<Integer> TENANT_BURST = CATALOG.setting(
            "tenant-burst", Kinds.integer(0, 10_000_000), SEED.rates().tenantBurst(), "How many of them at once.");
    private static final Setting<Boolean> STRICT_TENANT = CATALOG.setting(
            "strict-tenant",
            Kinds.SWITCH,
            false,
            "Whether a tenant in the CONNECT payload that is not the token's is refused. The token decides in any case.");
    private static final Setting<Boolean> EXPIRE =
            CATALOG.setting("close-at-expiry", Kinds.SWITCH, true, "Whether a connection ends when its token does.");
    private static final Setting<String> JOIN_NEEDS = CATALOG.optional(
            "join-needs",
            Kinds.TEXT,
            "nothing",
            "A permission of the token, or role:…, without which nobody joins a room.");
    private static final Setting<String> SEND_NEEDS = CATALOG.optional(
            "send-needs", Kinds.TEXT, "nothing", "A permission of the token, or role:…, without which nobody sends.");
    private static final Setting<String> AUTHORIZATION = CATALOG.optional(
            "authorization-url",
            Kinds.TEXT,
            "the token alone decides",
            "http(s) address of the product that is asked at each join who may join and send; without its answer nobody comes in.");
    private static final Setting<List<String>> AUTHORIZATION_SECRET = CATALOG.optional(
            "authorization-secret",
            Kinds.SECRETS,
            "unsigned",
            "Signs the question, as calls of /v1 are signed; the newest counts.");
    private static final Setting<Duration> AUTHORIZATION_WITHIN = CATALOG.setting(
            "authorization-timeout",
            Kinds.duration(Duration.ofMillis(100), Duration.ofMinutes(1)),
            Duration.ofSeconds(3),
            "How long the product may take for its answer.");
    private static final Setting<Boolean> RECOVERY = CATALOG.setting(
            "recovery",
            Kinds.SWITCH,
            true,
            "Whether a connection that was lost goes on with its rooms, and is sent what it missed.");
    private static final Setting<Duration> RECOVERY_WITHIN = CATALOG.setting(
            "recovery-within",
            Kinds.duration(SECOND, Duration.ofDays(1)),
            SEED.recovery().within(),
            "How long after its loss.");
    private static final Setting<Duration> GRACE = CATALOG.setting(
            "presence-grace",
            Kinds.duration(Duration.ZERO, HOUR),
            SEED.presenceGrace(),
            "A user whose connection was lost is said to have left only after this.");
    static final TokenSettings.Declared TOKENS = new TokenSettings.Declared(CATALOG, Duration.ZERO);

    static SummitSettings from(Values values, boolean development, List<String> problems) {
        return new SummitSettings(
                values.of(ENABLED),
                dialect(values, development, problems),
                authorization(values, problems),
                TOKENS.from(values));
    }

    private static Optional<Authorization> authorization(Values values, List<String> problems) {
        Optional<String> given = values.maybe(AUTHORIZATION);
        if (given.isEmpty()) return Optional.empty();
        try {
            URI url = new URI(given.get());
            if (url.getHost() != null && ("http".equals(url.getScheme()) || "https".equals(url.getScheme())))
                return Optional.of(new Authorization(
                        url, values.maybe(AUTHORIZATION_SECRET).map(List::getFirst), values.of(AUTHORIZATION_WITHIN)));
        } catch (URISyntaxException e) {
            // Said below.
        }
        problems.add("summit.authorization-url: " + Kinds.quoted(given.get())
                + " is no address (expected: http://… or https://…)");
        return Optional.empty();
    }

    private static SummitConfig dialect(Values values, boolean development, List<String> problems) {
        return new SummitConfig(
                engine(values, development, problems),
                Math.toIntExact(values.of(MESSAGE)),
                values.of(NAMESPACES),
                values.of(NAMES),
                new SummitConfig.Rooms(
                        values.of(CAPACITY), values.of(PER_CONNECTION), Math.toIntExact(values.of(METADATA))),
                new SummitConfig.Persistence(
                        values.of(PERSISTENCE), values.of(TTL), values.of(MAX_MESSAGES), values.of(REPLAY), true),
                new SummitConfig.Rates(
                        values.of(RATE), values.of(BURST), values.of(TENANT_RATE), values.of(TENANT_BURST)),
                new SummitConfig.Access(
                        values.of(STRICT_TENANT),
                        values.of(EXPIRE),
                        values.maybe(JOIN_NEEDS).orElse(null),
                        values.maybe(SEND_NEEDS).orElse(null),
                        null),
                new SummitConfig.Recovery(values.of(RECOVERY), values.of(RECOVERY_WITHIN)),
                values.of(GRACE));
    }

    private static EngineIo engine(Values values, boolean development, List<String> problems) {
        EngineIo.Times times =
                new EngineIo.Times(values.of(PING), values.of(PING_TIMEOUT), values.of(UPGRADE), values.of(CONNECT));
        EngineIo.Caps caps = new EngineIo.Caps(values.of(SESSIONS), EngineIo.Caps.DEFAULT.unidentified());
        try {
            return EngineIo.at(values.of(PATH), cors(values, development))
                    .with(times)
                    .with(caps)
                    .over(transports(values, problems))
                    .withCookie(values.maybe(COOKIE).orElse(null));
        } catch (IllegalArgumentException e) {
            problems.add("summit." + e.getMessage());
            return SEED.engine();
        }
    }

    /** The original takes {@code *} literally, so that it allows nobody: what everybody means by it is all. */
    private static EngineIo.Cors cors(Values values, boolean development) {
        Optional<List<String>> given = values.maybe(ORIGINS);
        List<String> origins = given.orElse(development ? List.of(DEVELOPMENT_ORIGIN) : List.of());
        boolean credentials = values.of(CREDENTIALS);
        return origins.contains(ANY)
                ? new EngineIo.Cors(true, Set.of(), credentials)
                : EngineIo.Cors.of(Set.copyOf(origins), credentials);
    }

    private static Set<EngineIo.Transport> transports(Values values, List<String> problems) {
        Set<EngineIo.Transport> found = EnumSet.noneOf(EngineIo.Transport.class);
        for (String word : values.of(TRANSPORTS)) {
            switch (word) {
                case "polling" -> found.add(EngineIo.Transport.POLLING);
                case "websocket" -> found.add(EngineIo.Transport.WEBSOCKET);
                default -> problems.add("summit.transports: " + Kinds.quoted(word) + " (expected: polling, websocket)");
            }
        }
        return found;
    }

    /** What was given: an operator's own word is checked, our default is not. */
    static List<String> givenOrigins(Values values) {
        return values.maybe(ORIGINS).orElse(List.of());
    }

    SummitSettings with(TokenSettings otherTokens) {
        return new SummitSettings(enabled, dialect, authorization, otherTokens);
    }
}
