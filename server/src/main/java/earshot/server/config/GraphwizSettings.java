package earshot.server.config;

import earshot.dialect.graphwiz.GraphwizConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** XR rooms: the dialect's own limits, and whose tokens it believes. */
public record GraphwizSettings(boolean enabled, GraphwizConfig dialect, String channelPrefix, TokenSettings tokens) {
    static final Catalog CATALOG = new Catalog("graphwiz", "The dialect of XR rooms: avatars, entities and chat.");

    private static final GraphwizConfig SEED = GraphwizConfig.DEFAULT;
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final String ANY = "*";

    static final Setting<Boolean> ENABLED =
            CATALOG.setting("enabled", Kinds.SWITCH, true, "Whether this dialect is spoken.");
    private static final Setting<Boolean> REQUIRE_AUTH = CATALOG.optional(
            "require-auth",
            Kinds.SWITCH,
            "true in production, false in development",
            "Whether a token is needed. Without it a user_id in the address is enough, and said in the log.",
            "REQUIRE_AUTH");
    private static final Setting<Boolean> ANONYMOUS = CATALOG.setting(
            "allow-anonymous",
            Kinds.SWITCH,
            false,
            "Whether who brings neither a token nor a user_id comes in all the same.",
            "ALLOW_ANONYMOUS");
    private static final Setting<Boolean> HELLO_AUTH = CATALOG.setting(
            "allow-hello-auth",
            Kinds.SWITCH,
            false,
            "Whether the token may come in the ClientHello, as the original hub client sends it.",
            "ALLOW_HELLO_AUTH");
    private static final Setting<Integer> QUARANTINE = CATALOG.setting(
            "quarantine",
            Kinds.integer(1, 1_000_000),
            SEED.access().quarantine(),
            "Connections that have not sent that ClientHello yet; beyond it handshakes get 503.");
    private static final Setting<Duration> HELLO_WITHIN = CATALOG.setting(
            "hello-timeout",
            Kinds.duration(Duration.ofMillis(100), HOUR),
            SEED.access().helloWithin(),
            "How long such a connection may take; then it is closed with 4401.");
    static final Setting<List<String>> ORIGINS = CATALOG.optional(
            "origins",
            Kinds.WORDS,
            "all in development, none but the server's own in production",
            "Sites whose pages may connect; * for all. Who sends no origin is no browser, and may.");
    private static final Setting<Integer> HANDSHAKES = CATALOG.setting(
            "handshakes",
            Kinds.integer(0, 10_000),
            SEED.rates().handshakes(),
            "Connections that one address may open in handshake-window; beyond it 429. 0: no limit.",
            "RATE_LIMIT_MAX_REQUESTS");
    private static final Setting<Duration> WINDOW = CATALOG.setting(
            "handshake-window",
            Kinds.duration(SECOND, DAY),
            SEED.rates().window(),
            "The window of the two limits on handshakes.",
            "RATE_LIMIT_WINDOW_SECONDS");
    private static final Setting<Integer> ALL_HANDSHAKES = CATALOG.setting(
            "all-handshakes",
            Kinds.integer(0, 10_000),
            SEED.rates().allHandshakes(),
            "Connections that all addresses together may open in handshake-window; beyond it 429. 0: no limit.");
    private static final Setting<Boolean> LOOPBACK = CATALOG.optional(
            "limit-loopback",
            Kinds.SWITCH,
            "true in production and where graphwiz.handshakes is given, else false",
            "Whether the handshakes of this machine count as well.");
    private static final Setting<Integer> RATE = CATALOG.setting(
            "messages-per-second",
            Kinds.integer(1, 10_000),
            SEED.rates().messagesPerSecond(),
            "Messages that one connection may send in a second; more are dropped, and ten seconds of that close it with 1008.");
    private static final Setting<Long> MESSAGE = CATALOG.setting(
            "max-message",
            Kinds.size(1024, 16 << 20),
            (long) SEED.sizes().maxMessageBytes(),
            "A longer message closes the connection with 1009.",
            "MAX_FRAME_BYTES");
    private static final Setting<Integer> CHAT = CATALOG.setting(
            "max-chat",
            Kinds.integer(1, 1_000_000),
            SEED.sizes().maxChatChars(),
            "Characters of one chat message; a longer one is refused with error 413.");
    private static final Setting<Integer> ENTITIES = CATALOG.setting(
            "entities",
            Kinds.integer(1, 100_000),
            SEED.sizes().entities(),
            "Entities per room; a spawn beyond it is refused with error 413.");
    private static final Setting<Long> ENTITY_BYTES = CATALOG.setting(
            "entity-bytes",
            Kinds.size(256, 16 << 20),
            (long) SEED.sizes().entityBytes(),
            "Bytes of one entity with its components; beyond it error 413.");
    private static final Setting<Long> WORLD_BYTES = CATALOG.setting(
            "world-bytes",
            Kinds.size(1024, 1 << 30),
            (long) SEED.sizes().worldBytes(),
            "Bytes of all entities of a room; beyond it error 413.");
    private static final Setting<Integer> CAPACITY = CATALOG.setting(
            "room-capacity",
            Kinds.integer(1, 10_000_000),
            SEED.rooms().capacity(),
            "Connections per room; beyond it handshakes get 503.");
    private static final Setting<Integer> KEPT = CATALOG.setting(
            "kept-messages",
            Kinds.integer(1, 1_000_000),
            SEED.rooms().keptMessages(),
            "Chat messages of a room that stay in memory, the newest.");
    private static final Setting<Duration> TICK = CATALOG.setting(
            "pose-tick",
            Kinds.duration(Duration.ZERO, SECOND),
            SEED.rooms().poseTick(),
            "How often a room tells where things are while they move; of what moves faster the newest. 0s: each at once.");
    private static final Setting<GraphwizConfig.Despawn> DESPAWN = CATALOG.setting(
            "despawn",
            Kinds.choice(GraphwizConfig.Despawn.class),
            SEED.rooms().despawn(),
            "What becomes of an entity whose owner left: with-owner, or never (until the room is empty).");
    private static final Setting<Duration> RETURN = CATALOG.setting(
            "return-within",
            Kinds.duration(Duration.ZERO, HOUR),
            SEED.rooms().returnWithin(),
            "How long who left is remembered: who is back by then has its avatar and its entities again.");
    private static final Setting<Duration> BAN = CATALOG.setting(
            "kick-ban",
            Kinds.duration(Duration.ZERO, DAY),
            SEED.rooms().kickBan(),
            "How long who was kicked out of a room is refused there with 403.",
            "KICK_BAN_SECONDS");
    private static final Setting<Integer> QUEUE = CATALOG.setting(
            "delivery-queue",
            Kinds.integer(1, 100_000),
            SEED.delivery().queue(),
            "Messages that a client that acknowledges may owe; beyond it the connection is closed with 1013.",
            "MESSAGE_QUEUE_SIZE");
    private static final Setting<Duration> RETRY = CATALOG.setting(
            "retry-interval",
            Kinds.duration(Duration.ofMillis(100), HOUR),
            SEED.delivery().retryInterval(),
            "A message that is not acknowledged is said again in this interval.",
            "MESSAGE_RETRY_INTERVAL");
    private static final Setting<Integer> RETRIES = CATALOG.setting(
            "retries",
            Kinds.integer(0, 100),
            SEED.delivery().retries(),
            "So often; then it is given up.",
            "MESSAGE_MAX_RETRIES");
    private static final Setting<Duration> PING = CATALOG.setting(
            "ping-interval",
            Kinds.duration(Duration.ZERO, HOUR),
            SEED.pingInterval(),
            "A silent connection is asked whether it is still there, and cut after as long again. 0s: never.");
    private static final Setting<Boolean> LEAVE_TWICE = CATALOG.setting(
            "hub-leave-compat",
            Kinds.SWITCH,
            SEED.announcesLeaveTwice(),
            "Whether hub clients hear of a leave also in the way that the original's app understands.",
            "HUB_LEAVE_COMPAT");
    private static final Setting<Boolean> LATENCY = CATALOG.setting(
            "latency-tracking",
            Kinds.SWITCH,
            SEED.tracksLatency(),
            "Whether the report of /metrics?format=report measures how long messages take.",
            "LATENCY_TRACKING_ENABLED");
    private static final Setting<Integer> SAMPLES = CATALOG.setting(
            "report-window",
            Kinds.integer(1, 10_000_000),
            SEED.reportWindow(),
            "Over how many of the latest messages, at least.",
            "METRICS_SAMPLE_SIZE");
    private static final Setting<String> PREFIX = CATALOG.setting(
            "channel-prefix",
            Kinds.TEXT,
            "graphwiz",
            "Of the Redis channels on which other servers of the product speak to rooms: PREFIX:room:ROOM.",
            "REDIS_CHANNEL_PREFIX");
    static final TokenSettings.Declared TOKENS = new TokenSettings.Declared(CATALOG, Duration.ofSeconds(60));

    static GraphwizSettings from(Values values, boolean development) {
        Optional<List<String>> origins = values.maybe(ORIGINS);
        var dialect = new GraphwizConfig(
                access(values, development),
                origins.map(given -> given.contains(ANY)).orElse(development),
                Set.copyOf(origins.orElse(List.of())),
                new GraphwizConfig.Rates(
                        values.of(HANDSHAKES),
                        values.of(WINDOW),
                        values.of(ALL_HANDSHAKES),
                        values.maybe(LOOPBACK).orElse(!development || values.isGiven(HANDSHAKES)),
                        values.of(RATE)),
                sizes(values),
                new GraphwizConfig.Rooms(
                        values.of(CAPACITY),
                        values.of(KEPT),
                        values.of(TICK),
                        values.of(DESPAWN),
                        values.of(RETURN),
                        values.of(BAN)),
                new GraphwizConfig.Delivery(values.of(QUEUE), values.of(RETRY), values.of(RETRIES)),
                values.of(PING),
                values.of(LEAVE_TWICE),
                values.of(LATENCY),
                values.of(SAMPLES));
        return new GraphwizSettings(values.of(ENABLED), dialect, values.of(PREFIX), TOKENS.from(values));
    }

    private static GraphwizConfig.Access access(Values values, boolean development) {
        return new GraphwizConfig.Access(
                !values.maybe(REQUIRE_AUTH).orElse(!development),
                values.of(ANONYMOUS),
                values.of(HELLO_AUTH),
                values.of(QUARANTINE),
                values.of(HELLO_WITHIN));
    }

    private static GraphwizConfig.Sizes sizes(Values values) {
        return new GraphwizConfig.Sizes(
                Math.toIntExact(values.of(MESSAGE)),
                values.of(CHAT),
                values.of(ENTITIES),
                Math.toIntExact(values.of(ENTITY_BYTES)),
                Math.toIntExact(values.of(WORLD_BYTES)));
    }

    /** What was given: an operator's own word is checked, our default is not. */
    static List<String> givenOrigins(Values values) {
        return values.maybe(ORIGINS).orElse(List.of());
    }

    GraphwizSettings with(TokenSettings otherTokens) {
        return new GraphwizSettings(enabled, dialect, channelPrefix, otherTokens);
    }
}
