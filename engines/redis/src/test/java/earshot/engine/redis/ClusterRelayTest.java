package earshot.engine.redis;

import earshot.core.relay.RoomRelay;
import earshot.core.testkit.RoomRelayContract;
import earshot.engine.redis.testkit.RedisCluster;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** What rooms of all shards of a cluster pass on. */
final class ClusterRelayTest extends RoomRelayContract {
    private static RedisCluster cluster;

    private final RelayNodes nodes = new RelayNodes(cluster.addresses());

    @BeforeAll
    static void begin() {
        cluster = RedisCluster.start();
    }

    @AfterAll
    static void end() {
        cluster.close();
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    @Override
    protected RoomRelay node(long incarnation) {
        return nodes.node(incarnation);
    }

    @Override
    protected void await(BooleanSupplier condition) {
        Heard.until(condition);
    }
}
