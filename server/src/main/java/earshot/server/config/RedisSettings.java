package earshot.server.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The Redis that this node shares with others. Any address means several nodes; none means that this one is alone (DECISIONS 1).
 *
 * @param servers as Lettuce writes them; empty: no Redis
 * @param prefix of keys and channels of ours
 * @param flush the least time between two flushes
 * @param timeout how long anybody waits for an answer
 * @param waitTime how much longer a message waits when Redis is away; zero: not at all
 * @param waitMessages how many messages may wait so
 * @param waitBytes bytes of these
 * @param grace how long a node without its Redis is merely degraded
 * @param nodeTimeout a node that Redis did not hear of for so long is given up by the others
 * @param replicas how many replicas must have a message before it is acknowledged; 0: the master alone
 * @param keepMessages so many messages of a room stay in Redis when there is an archive behind it
 * @param keepAge nothing older stays then; zero: whatever its age
 * @param advertise where other nodes reach this one; empty: nowhere
 */
public record RedisSettings(
        List<String> servers,
        String prefix,
        Duration flush,
        Duration timeout,
        Duration waitTime,
        int waitMessages,
        long waitBytes,
        Duration grace,
        Duration nodeTimeout,
        int replicas,
        int keepMessages,
        Duration keepAge,
        String advertise) {
    private static final Set<String> SCHEMES = Set.of("redis", "rediss", "redis-sentinel", "rediss-sentinel");
    private static final int USUAL_PORT = 6379;

    static final Catalog CATALOG =
            new Catalog("redis", "The Redis that several nodes share; without one a node is alone.");

    static final Setting<List<String>> URL = CATALOG.optional(
            "url",
            new ServersKind(),
            "no Redis: this node is alone",
            "redis://[user:password@]host[:port][/database], rediss://… with TLS, redis-sentinel://host:port,host:port#master; of a cluster one or"
                    + " more of its nodes, separated by white space.",
            "REDIS_URL");
    static final Setting<String> HOST = CATALOG.optional(
            "host",
            Kinds.TEXT,
            "127.0.0.1 when a port, password or database is given",
            "The same in pieces: host.",
            "REDIS_HOST");
    static final Setting<Integer> PORT =
            CATALOG.setting("port", Kinds.integer(1, 65_535), USUAL_PORT, "The same in pieces: port.", "REDIS_PORT");
    static final Setting<List<String>> PASSWORD =
            CATALOG.optional("password", Kinds.SECRETS, "none", "The same in pieces: password.", "REDIS_PASSWORD");
    static final Setting<Integer> DATABASE = CATALOG.setting(
            "database", Kinds.integer(0, 1_000_000), 0, "The same in pieces: number of the database.", "REDIS_DB");
    static final Setting<String> PREFIX = CATALOG.setting(
            "prefix",
            Kinds.TEXT,
            "earshot:",
            "What every key and channel of ours begins with; nodes that share rooms must have the same.");
    static final Setting<Duration> FLUSH = CATALOG.setting(
            "flush",
            Kinds.duration(Duration.ZERO, Duration.ofSeconds(1)),
            Duration.ofMillis(11),
            "Least time between two flushes; what is asked meanwhile goes in one round trip. After a quiet time the first goes at once.",
            "WS_BATCHER_FLUSH_MS");
    static final Setting<Duration> TIMEOUT = CATALOG.setting(
            "timeout",
            Kinds.duration(Duration.ofMillis(10), Duration.ofMinutes(1)),
            Duration.ofSeconds(1),
            "How long to wait for an answer; then a message is refused as unavailable.");
    static final Setting<Duration> WAIT = CATALOG.setting(
            "wait",
            Kinds.duration(Duration.ZERO, Duration.ofMinutes(5)),
            Duration.ZERO,
            "How much longer than redis.timeout a message waits when Redis is away, for instance while a replica is promoted; then it is refused as"
                    + " unavailable. 0: it does not wait. Joins and reads never wait.");
    static final Setting<Integer> WAIT_MESSAGES = CATALOG.setting(
            "wait-messages",
            Kinds.integer(1, 1_000_000),
            10_000,
            "How many messages of a node may wait so; what comes then is refused at once.");
    static final Setting<Long> WAIT_BYTES = CATALOG.setting(
            "wait-bytes",
            Kinds.size(1L << 16, 1L << 30),
            16L << 20,
            "How many bytes of messages of a node may wait so.");
    static final Setting<Duration> GRACE = CATALOG.setting(
            "grace",
            Kinds.duration(Duration.ZERO, Duration.ofHours(1)),
            Duration.ofSeconds(10),
            "How long a node without its Redis is degraded, before it says that it is unhealthy and not ready.");
    static final Setting<Duration> NODE_TIMEOUT = CATALOG.setting(
            "node-timeout",
            Kinds.duration(Duration.ofMillis(500), Duration.ofMinutes(10)),
            Duration.ofSeconds(10),
            "A node that Redis did not hear of for so long is given up: its users leave, its leases are free.");
    static final Setting<Integer> REPLICAS = CATALOG.setting(
            "replicas",
            Kinds.integer(0, 5),
            0,
            "How many replicas must have a message before it is acknowledged; 0: it is in the master's memory. Fewer within redis.timeout: refused"
                    + " as unavailable, though it may be there.");
    static final Setting<Integer> KEEP = CATALOG.setting(
            "keep-messages",
            Kinds.integer(100, 10_000_000),
            1_000,
            "With postgres.url: so many messages of a room stay in Redis, older ones are read from PostgreSQL. Nothing goes before it is there. More"
                    + " than newcomers are shown, or nobody gets into a room while PostgreSQL is away.");
    static final Setting<Duration> KEEP_AGE = CATALOG.setting(
            "keep-age",
            Kinds.AGE,
            Duration.ZERO,
            "With postgres.url: messages older than this do not stay in Redis either; 0s: whatever their age.");
    static final Setting<String> ADVERTISE = CATALOG.optional(
            "advertise",
            Kinds.TEXT,
            "nowhere",
            "Where other nodes reach this one, such as http://10.0.0.7:9001.",
            "NODE_URL");

    static RedisSettings from(Values values, List<String> problems) {
        boolean inPieces =
                values.isGiven(HOST) || values.isGiven(PORT) || values.isGiven(PASSWORD) || values.isGiven(DATABASE);
        if (values.isGiven(URL) && inPieces)
            problems.add(
                    "redis.url: given, and redis.host, port, password or database as well; put all of it into the one or the others");
        List<String> servers = values.maybe(URL).orElseGet(() -> inPieces ? List.of(joined(values)) : List.of());
        return new RedisSettings(
                servers,
                values.of(PREFIX),
                values.of(FLUSH),
                values.of(TIMEOUT),
                values.of(WAIT),
                values.of(WAIT_MESSAGES),
                values.of(WAIT_BYTES),
                values.of(GRACE),
                values.of(NODE_TIMEOUT),
                values.of(REPLICAS),
                values.of(KEEP),
                values.of(KEEP_AGE),
                values.maybe(ADVERTISE).orElse(""));
    }

    private static String joined(Values values) {
        Optional<List<String>> password = values.maybe(PASSWORD);
        String secret =
                password.map(words -> ":" + encoded(words.getFirst()) + "@").orElse("");
        String host = values.maybe(HOST).orElse("127.0.0.1");
        return "redis://" + secret + (host.contains(":") ? "[" + host + "]" : host) + ":" + values.of(PORT) + "/"
                + values.of(DATABASE);
    }

    private static String encoded(String password) {
        return URLEncoder.encode(password, StandardCharsets.UTF_8);
    }

    public boolean isOn() {
        return !servers.isEmpty();
    }

    String durabilityMeaning() {
        return replicas == 0
                ? "an acknowledged message is in the memory of one Redis server: it outlives this process, and a failover may lose the newest"
                : "an acknowledged message is in the memory of a Redis server and " + replicas + " of its replicas";
    }

    /** Without passwords. */
    public String shown() {
        return String.join(
                " ", servers.stream().map(RedisSettings::withoutPassword).toList());
    }

    /** Without passwords. */
    @Override
    public String toString() {
        return shown();
    }

    private static String withoutPassword(String server) {
        return server.replaceFirst("//[^@/]*@", "//");
    }

    /** Addresses; what stands before an @ is nobody's business. */
    private static final class ServersKind implements Kind<List<String>> {
        @Override
        public String describe() {
            return "address of Redis, or several of a cluster";
        }

        @Override
        public List<String> parse(Raw raw) {
            List<String> servers = switch (raw) {
                case Raw.Text text -> List.of(text.text().strip().split("\\s+"));
                case Raw.Items items ->
                    items.items().stream()
                            .map(item -> Kinds.word(item).text().strip())
                            .toList();
                case Raw.Table _ -> throw new Unfit("a table (expected: an address such as redis://10.0.0.5:6379)");
            };
            servers.forEach(ServersKind::check);
            return new ArrayList<>(servers);
        }

        private static void check(String server) {
            String shown = Kinds.quoted(withoutPassword(server));
            try {
                // The hosts of Sentinels, separated by commas, are no host to java.net.URI; the scheme is told apart
                // all the same.
                String scheme = new URI(server.replaceFirst("#.*", "")).getScheme();
                if (scheme == null || !SCHEMES.contains(scheme))
                    throw new Unfit(shown + " (expected: redis://host:port, rediss:// or redis-sentinel://)");
            } catch (URISyntaxException e) {
                throw new Unfit(
                        shown + " (expected: redis://host:port; special characters of a password are written %xx)");
            }
        }

        @Override
        public String show(List<String> value) {
            return String.join(
                    " ", value.stream().map(RedisSettings::withoutPassword).toList());
        }
    }
}
