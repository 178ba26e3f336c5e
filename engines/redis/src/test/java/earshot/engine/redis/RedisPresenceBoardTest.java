package earshot.engine.redis;

import earshot.core.presence.PresenceBoard;
import earshot.core.testkit.PresenceBoardContract;
import earshot.engine.redis.testkit.RedisServer;
import org.junit.jupiter.api.AfterEach;

final class RedisPresenceBoardTest extends PresenceBoardContract {
    private final TestNode node = TestNode.start(RedisServer.shared().address(), TestNode.freshPrefix(), "only");

    @Override
    protected PresenceBoard board() {
        return node.board();
    }

    @Override
    protected void settle() {
        node.settle();
    }

    @AfterEach
    void end() {
        node.close();
    }
}
