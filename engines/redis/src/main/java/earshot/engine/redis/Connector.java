package earshot.engine.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Makes connections with Lettuce, which neither reconnects nor repeats nor times out on its own: this engine does. Thread-safe.
 */
final class Connector implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    private final ClientResources resources;
    private final RedisClient client;
    private final List<RedisURI> servers;

    /** Throws {@link IllegalArgumentException} when an address is none. */
    Connector(List<String> addresses) {
        servers = new ArrayList<>();
        for (String address : addresses) servers.add(uri(address));
        resources = ClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .build();
        client = RedisClient.create(resources);
        client.setOptions(ClientOptions.builder()
                .autoReconnect(false)
                .protocolVersion(ProtocolVersion.RESP2)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .timeoutOptions(TimeoutOptions.create())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(CONNECT_TIMEOUT)
                        .keepAlive(true)
                        .tcpNoDelay(true)
                        .build())
                .build());
    }

    private static RedisURI uri(String address) {
        try {
            RedisURI uri = RedisURI.create(address);
            uri.setTimeout(CONNECT_TIMEOUT);
            return uri;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "not an address of Redis (expected: redis://[user:password@]host[:port][/database], rediss://… or"
                            + " redis-sentinel://host:port,host:port#master)",
                    e);
        }
    }

    /** As configured; with several they are different doors to the same. */
    List<RedisURI> servers() {
        return servers;
    }

    /** The same user, password and TLS at another node of the cluster. */
    RedisURI at(String hostAndPort) {
        int colon = hostAndPort.lastIndexOf(':');
        RedisURI uri = RedisURI.builder(servers.getFirst())
                .withHost(hostAndPort.substring(0, colon))
                .withPort(Integer.parseInt(hostAndPort.substring(colon + 1)))
                .build();
        uri.setTimeout(CONNECT_TIMEOUT);
        return uri;
    }

    CompletionStage<StatefulRedisConnection<byte[], byte[]>> connect(RedisURI uri) {
        return client.connectAsync(ByteArrayCodec.INSTANCE, uri);
    }

    CompletionStage<StatefulRedisPubSubConnection<byte[], byte[]>> connectPubSub(RedisURI uri) {
        return client.connectPubSubAsync(ByteArrayCodec.INSTANCE, uri);
    }

    /** For people: without user and password. */
    static String name(RedisURI uri) {
        if (uri.getHost() != null) return uri.getHost() + ":" + uri.getPort();
        return "master " + uri.getSentinelMasterId() + " by Sentinel";
    }

    @Override
    public void close() {
        client.shutdown(0, 2, TimeUnit.SECONDS);
        try {
            // The type of the JDK: Netty stays the gateway's (ArchitectureTest).
            Future<Boolean> ended = resources.shutdown(0, 2, TimeUnit.SECONDS);
            ended.get(3, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException _) {
            // They are daemons: what is left of them ends with the process.
        }
    }
}
