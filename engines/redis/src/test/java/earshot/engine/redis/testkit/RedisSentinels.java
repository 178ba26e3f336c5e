package earshot.engine.redis.testkit;

import java.util.ArrayList;
import java.util.List;

/** A master, its replica, and three Sentinels that replace a master which is gone for a second. */
public final class RedisSentinels implements AutoCloseable {
    public static final String MASTER = "mymaster";

    private final RedisServer first;
    private final RedisServer second;
    private final List<RedisServer> sentinels = new ArrayList<>();

    private RedisSentinels() {
        first = RedisServer.start("repl-diskless-sync-delay", "0");
        second = RedisServer.start("repl-diskless-sync-delay", "0");
    }

    public static RedisSentinels start() {
        RedisSentinels all = new RedisSentinels();
        try {
            all.begin();
            return all;
        } catch (RuntimeException | Error e) {
            all.close();
            throw e;
        }
    }

    private void begin() {
        second.ask("REPLICAOF", "127.0.0.1", "" + first.port());
        RedisCluster.await(
                () -> second.ask("INFO", "replication").contains("master_link_status:up"), "the replica follows");
        for (int i = 0; i < 3; i++) {
            RedisServer sentinel = RedisServer.startSentinel();
            sentinels.add(sentinel);
            sentinel.ask("SENTINEL", "MONITOR", MASTER, "127.0.0.1", "" + first.port(), "2");
            sentinel.ask("SENTINEL", "SET", MASTER, "down-after-milliseconds", "1000");
            sentinel.ask("SENTINEL", "SET", MASTER, "failover-timeout", "5000");
        }
        for (RedisServer sentinel : sentinels)
            RedisCluster.await(
                    () -> sentinel.ask("SENTINEL", "CKQUORUM", MASTER).startsWith("OK 3")
                            && sentinel.ask("SENTINEL", "REPLICAS", MASTER).contains("" + second.port()),
                    "the Sentinels know each other and the replica");
    }

    /** {@code redis-sentinel://…#mymaster}. */
    public String address() {
        List<String> doors = new ArrayList<>();
        for (RedisServer sentinel : sentinels) doors.add("127.0.0.1:" + sentinel.port());
        return "redis-sentinel://" + String.join(",", doors) + "#" + MASTER;
    }

    /** The master at the beginning. */
    public RedisServer first() {
        return first;
    }

    /** The one that takes over. */
    public RedisServer second() {
        return second;
    }

    public void awaitPromoted() {
        RedisCluster.await(() -> second.ask("ROLE").startsWith("[master"), "the replica is promoted");
    }

    @Override
    public void close() {
        for (RedisServer sentinel : sentinels) sentinel.close();
        first.close();
        second.close();
    }
}
