package earshot.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.lease.Leases;
import earshot.core.lease.Leases.Grant;
import earshot.core.testkit.LeasesContract;
import earshot.engine.redis.testkit.RedisServer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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

    @Test
    void close_ofANode_freesItsLeasesAtOnce() {
        AtomicInteger lost = new AtomicInteger();
        Grant grant = leases("ada")
                .acquire("call", lost::incrementAndGet)
                .toCompletableFuture()
                .join();
        assertThat(grant).isInstanceOf(Grant.Held.class);
        nodes.get("ada").close();
        assertThat(leases("bob").acquire("call", () -> {}).toCompletableFuture().join())
                .isInstanceOf(Grant.Held.class);
        assertThat(lost).hasValue(1);
    }

    @AfterEach
    void end() {
        nodes.values().forEach(TestNode::kill);
    }
}
