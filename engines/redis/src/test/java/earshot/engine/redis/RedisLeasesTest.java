package earshot.engine.redis;

import earshot.core.lease.Leases;
import earshot.core.testkit.LeasesContract;
import earshot.engine.redis.testkit.RedisServer;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

final class RedisLeasesTest extends LeasesContract {
    private final String prefix = TestNode.freshPrefix();
    private final Map<String, TestNode> nodes = new HashMap<>();

    @Override
    protected Leases leases(String node) {
        return nodes.computeIfAbsent(
                        node, name -> TestNode.start(RedisServer.shared().address(), prefix, name))
                .leases();
    }

    @Override
    protected void kill(String node) {
        leases("bob");
        leases(node);
        nodes.get(node).node.abandon();
    }

    @AfterEach
    void end() {
        nodes.values().forEach(TestNode::kill);
    }
}
