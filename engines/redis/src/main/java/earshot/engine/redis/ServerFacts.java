package earshot.engine.redis;

import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What a server says of itself (the answer of {@code INFO}, see redis.io/commands/info). */
record ServerFacts(String version, String mode, String role, String evictionPolicy) {
    private static final System.Logger LOG = System.getLogger(ServerFacts.class.getName());
    private static final int OLDEST = 7;

    /** Asks a server; blocks for so long at most, twice. Throws {@link RedisUnavailable}. */
    static ServerFacts ask(Connector connector, RedisURI uri, long seconds) {
        try (StatefulRedisConnection<byte[], byte[]> connection =
                connector.connect(uri).toCompletableFuture().get(seconds, TimeUnit.SECONDS)) {
            String info = connection.async().info().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
            return parse(info);
        } catch (ExecutionException | CompletionException e) {
            throw new RedisUnavailable(Connector.name(uri) + " does not answer: " + RedisUnavailable.root(e), e);
        } catch (TimeoutException e) {
            throw new RedisUnavailable(Connector.name(uri) + " does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RedisUnavailable("interrupted while connecting to Redis", e);
        }
    }

    static ServerFacts parse(String info) {
        Map<String, String> facts = new HashMap<>();
        for (String line : info.split("\r?\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0)
                facts.put(line.substring(0, colon), line.substring(colon + 1).trim());
        }
        return new ServerFacts(
                facts.getOrDefault("redis_version", "0"),
                facts.getOrDefault("redis_mode", "standalone"),
                facts.getOrDefault("role", "master"),
                facts.getOrDefault("maxmemory_policy", "noeviction"));
    }

    boolean isCluster() {
        return mode.equals("cluster");
    }

    /** Throws {@link RedisUnavailable} with what to do when this server cannot be used at all; warns of what will hurt later. */
    void check(String name) {
        if (mode.equals("sentinel"))
            throw new RedisUnavailable(
                    name + " is a Sentinel: write redis-sentinel://" + name + "#<name of the master>", true);
        if (major() < OLDEST)
            throw new RedisUnavailable(name + " is Redis " + version + " (expected: " + OLDEST + ".0 or newer)", true);
        if (role.equals("slave") && !isCluster())
            throw new RedisUnavailable(name + " is a replica: name its master, or its Sentinels", true);
        if (!evictionPolicy.equals("noeviction"))
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Redis at {0} may evict keys (maxmemory-policy {1}): rooms will forget messages. Set it to noeviction",
                    name,
                    evictionPolicy);
    }

    private int major() {
        int dot = version.indexOf('.');
        try {
            return Integer.parseInt(dot < 0 ? version : version.substring(0, dot));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
