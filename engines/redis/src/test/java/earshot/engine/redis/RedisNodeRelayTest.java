package earshot.engine.redis;

import earshot.core.relay.NodeRelay;
import earshot.core.testkit.NodeRelayContract;
import earshot.engine.redis.testkit.RedisServer;
import org.junit.jupiter.api.AfterEach;

final class RedisNodeRelayTest extends NodeRelayContract {
    private final RelayNodes nodes = new RelayNodes(RedisServer.shared().address());

    @AfterEach
    void close() {
        nodes.close();
    }

    @Override
    protected NodeRelay node(long incarnation) {
        return nodes.node(incarnation);
    }

    @Override
    protected void joined() {
        nodes.awaitReady();
    }
}
