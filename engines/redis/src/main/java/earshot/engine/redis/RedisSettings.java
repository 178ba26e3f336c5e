package earshot.engine.redis;

import java.time.Duration;
import java.util.List;

/**
 * How a node reaches Redis, and how hard it leans on it.
 *
 * @param servers {@code redis://[user:password@]host[:port][/database]}, {@code rediss://…} with TLS,
 *     {@code redis-sentinel://[password@]host:port,host:port#master}; of a cluster one or more of its nodes. Whether it is a cluster is asked
 *     of the server
 * @param flushInterval the least time between two flushes to one server; grows with the number of shards, see {@code roundTrips}
 * @param roundTrips a second, to all servers together, at most; 90 keep a node below 100 whatever the load (DECISIONS 23)
 * @param answerTimeout how long anybody waits for an answer, waiting for its flush included
 * @param maxWaiting commands that may wait for a flush, over all shards; more are refused
 * @param maxWaitingBytes bytes of these
 * @param linger how long a channel stays subscribed after its last listener
 * @param replicas how many replicas must have an entry of the log before it counts as stored; 0: none, the master's memory is enough
 * @param patience what waits while Redis is away
 * @param prefix what every key and channel of ours begins with
 */
public record RedisSettings(
        List<String> servers,
        Duration flushInterval,
        int roundTrips,
        Duration answerTimeout,
        int maxWaiting,
        long maxWaitingBytes,
        Duration linger,
        int replicas,
        Patience patience,
        String prefix) {
    public RedisSettings {
        servers = List.copyOf(servers);
        if (servers.isEmpty()) throw new IllegalArgumentException("servers: none (expected: redis://host:port)");
        if (flushInterval.isNegative() || flushInterval.compareTo(Duration.ofSeconds(1)) > 0)
            throw new IllegalArgumentException("flushInterval: " + flushInterval + " (expected: 0..1 s)");
        if (roundTrips < 1) throw new IllegalArgumentException("roundTrips: " + roundTrips + " (expected: >= 1)");
        if (answerTimeout.compareTo(Duration.ofMillis(10)) < 0)
            throw new IllegalArgumentException("answerTimeout: " + answerTimeout + " (expected: >= 10 ms)");
        if (maxWaiting < 1) throw new IllegalArgumentException("maxWaiting: " + maxWaiting + " (expected: >= 1)");
        if (maxWaitingBytes < 1)
            throw new IllegalArgumentException("maxWaitingBytes: " + maxWaitingBytes + " (expected: >= 1)");
        if (replicas < 0 || replicas > 5)
            throw new IllegalArgumentException("replicas: " + replicas + " (expected: 0..5)");
        if (prefix.contains("{")) throw new IllegalArgumentException("prefix: contains { (it marks hash tags)");
    }

    /** Everything but the address as it is by default. */
    public static RedisSettings of(String... servers) {
        return new RedisSettings(
                List.of(servers),
                Duration.ofMillis(11),
                90,
                Duration.ofSeconds(1),
                100_000,
                64L << 20,
                Duration.ofSeconds(30),
                0,
                Patience.NONE,
                "earshot:");
    }

    /** Flushes that follow each other more quickly, for tests that ask one thing after the other. */
    RedisSettings withFlushes(Duration interval, int perSecond) {
        return new RedisSettings(
                servers,
                interval,
                perSecond,
                answerTimeout,
                maxWaiting,
                maxWaitingBytes,
                linger,
                replicas,
                patience,
                prefix);
    }

    public RedisSettings withPrefix(String other) {
        return with(answerTimeout, linger, replicas, patience, other);
    }

    public RedisSettings withLinger(Duration other) {
        return with(answerTimeout, other, replicas, patience, prefix);
    }

    public RedisSettings withAnswerTimeout(Duration other) {
        return with(other, linger, replicas, patience, prefix);
    }

    public RedisSettings withReplicas(int other) {
        return with(answerTimeout, linger, other, patience, prefix);
    }

    public RedisSettings withPatience(Patience other) {
        return with(answerTimeout, linger, replicas, other, prefix);
    }

    private RedisSettings with(Duration timeout, Duration lingering, int copies, Patience waiting, String named) {
        return new RedisSettings(
                servers,
                flushInterval,
                roundTrips,
                timeout,
                maxWaiting,
                maxWaitingBytes,
                lingering,
                copies,
                waiting,
                named);
    }
}
