package earshot.engine.redis;

import earshot.core.relay.RoomRelay;
import earshot.core.testkit.RoomRelayContract;
import earshot.engine.redis.testkit.RedisCluster;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

/** What rooms of all shards of a cluster pass on. */
final class ClusterRelayTest extends RoomRelayContract {
    private static final RedisCluster CLUSTER = RedisCluster.shared();

    private final RelayNodes nodes = new RelayNodes(CLUSTER.addresses());

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
