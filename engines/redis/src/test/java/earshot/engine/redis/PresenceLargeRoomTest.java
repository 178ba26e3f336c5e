package earshot.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.engine.redis.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A room of very many: nobody waits for it to be read, and who comes and goes meanwhile is counted rightly. */
final class PresenceLargeRoomTest {
    private static final RoomId ROOM = new RoomId("waddle", "", "large");
    private static final int MEMBERS = Boolean.getBoolean("earshot.long") ? 30_000 : 12_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String prefix = TestNode.freshPrefix();
    private final RedisServer redis = RedisServer.shared();
    private final List<TestNode> nodes = new ArrayList<>();

    @AfterEach
    void end() {
        nodes.forEach(TestNode::kill);
        redis.ask("UNLINK", new Partitions(prefix).key("presence", ROOM));
    }

    private TestNode node(String name) {
        TestNode made = TestNode.start(redis.address(), prefix, name);
        nodes.add(made);
        return made;
    }

    private long calls(String command) {
        Matcher found =
                Pattern.compile("cmdstat_" + command + ":calls=(\\d+)").matcher(redis.ask("INFO", "commandstats"));
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }

    @Test
    void room_ofVeryMany_isReadInPagesWhileItGoesOn() {
        TestNode one = node("one");
        List<SessionId> sessions = new ArrayList<>();
        for (int i = 0; i < MEMBERS; i++) sessions.add(one.enter(ROOM, "user" + i));
        one.settle();
        long pages = calls("hscan");
        TestNode two = node("two");
        People atTwo = two.follow(ROOM);
        for (int i = 0; i < 1_000; i++) {
            one.board().leave(ROOM, sessions.get(i * 7));
            if (i % 2 == 0) two.enter(ROOM, "late" + i);
        }
        int here = MEMBERS - 1_000 + 500;
        TestNode.await(() -> atTwo.sessions() == here, PATIENCE, () -> atTwo.sessions() + " of " + here);
        one.settle();
        assertThat(atTwo.here())
                .hasSize(here)
                .doesNotContain("user0", "user6993")
                .contains("user1", "late998");
        assertThat(calls("hscan") - pages).isGreaterThan(5);
    }
}
