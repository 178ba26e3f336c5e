package earshot.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Audience;
import earshot.core.message.Event;
import earshot.core.message.JoinOptions;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.room.RoomAudience;
import earshot.core.session.Session;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import earshot.engine.redis.testkit.RedisServer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several nodes on one Redis that stays as it is. */
final class PresenceNodesTest {
    private static final RoomId ROOM = new RoomId("threadkit", "", "8400e29b");
    private static final PresenceMirror MIRROR = room -> "mirror:" + room.name();

    private final String prefix = TestNode.freshPrefix();
    private final List<TestNode> nodes = new ArrayList<>();
    private final RedisServer redis = RedisServer.shared();

    @AfterEach
    void end() {
        nodes.forEach(TestNode::kill);
        redis.ask("DEL", "mirror:8400e29b");
    }

    @Test
    void changes_onTwoNodes_areHeardByBothInOneOrder() {
        TestNode one = node("one");
        TestNode two = node("two");
        People atOne = one.follow(ROOM);
        People atTwo = two.follow(ROOM);
        TestNode.await(() -> atOne.isShown() && atTwo.isShown());
        List<SessionId> sessions = new ArrayList<>();
        for (int i = 0; i < 100; i++) sessions.add((i % 2 == 0 ? one : two).enter(ROOM, "user" + i));
        for (int i = 0; i < 100; i += 3) (i % 2 == 0 ? one : two).board().leave(ROOM, sessions.get(i));
        TestNode.await(() -> atOne.here().size() == 66 && atTwo.here().size() == 66);
        one.board().status(ROOM, TestNode.user("user1").user(), "away");
        TestNode.await(() -> atTwo.status("user1").equals("away"));
        one.settle();
        assertThat(atTwo.heard()).isEqualTo(atOne.heard());
        assertThat(atTwo.status("user1")).isEqualTo("away");
    }

    @Test
    void user_withSessionsOnTwoNodes_leavesWithTheLast() {
        TestNode one = node("one");
        TestNode two = node("two");
        People atOne = one.follow(ROOM);
        SessionId first = one.enter(ROOM, "ada");
        SessionId second = two.enter(ROOM, "ada");
        TestNode.await(() -> atOne.sessions() == 2);
        one.board().leave(ROOM, first);
        TestNode.await(() -> atOne.sessions() == 1);
        assertThat(atOne.heard()).containsExactly("+ada");
        two.board().leave(ROOM, second);
        TestNode.await(() -> atOne.here().isEmpty());
        assertThat(atOne.heard()).containsExactly("+ada", "-ada");
    }

    @Test
    void leaveAndEnter_onAnotherNode_isHereInTheEnd() {
        TestNode one = node("one");
        TestNode two = node("two");
        People atOne = one.follow(ROOM);
        People atTwo = two.follow(ROOM);
        SessionId last = one.enter(ROOM, "ada");
        for (int i = 0; i < 50; i++) {
            TestNode from = i % 2 == 0 ? one : two;
            TestNode to = i % 2 == 0 ? two : one;
            from.board().leave(ROOM, last);
            last = to.enter(ROOM, "ada");
        }
        one.settle();
        two.settle();
        TestNode.await(() -> atOne.sessions() == 1 && atTwo.sessions() == 1);
        assertThat(atOne.here()).containsExactly("ada");
        assertThat(atTwo.here()).containsExactly("ada");
    }

    @Test
    void kill_ofANode_itsUsersLeaveOnce() {
        TestNode one = node("one");
        TestNode two = node("two");
        TestNode dead = node("dead");
        People atOne = one.follow(ROOM);
        People atTwo = two.follow(ROOM);
        for (int i = 0; i < 30; i++) dead.enter(ROOM, "user" + i);
        one.enter(ROOM, "ada");
        two.enter(ROOM, "user0");
        TestNode.await(() -> atOne.here().size() == 31 && atTwo.here().size() == 31);
        assertThat(mirrored()).hasSize(31);
        dead.kill();
        TestNode.await(() -> atOne.here().size() == 2 && atTwo.here().size() == 2);
        one.settle();
        two.settle();
        for (People people : List.of(atOne, atTwo)) {
            assertThat(people.here()).containsExactly("ada", "user0");
            for (int i = 1; i < 30; i++) assertThat(people.count("-user" + i)).isEqualTo(1);
            assertThat(people.count("-user0")).isZero();
        }
        assertThat(mirrored()).containsExactlyInAnyOrder("ada", "user0");
        TestNode.await(() -> swept() >= 1);
        assertThat(swept()).isEqualTo(1);
    }

    @Test
    void kill_ofACrowd_everybodyLeavesOnce() {
        TestNode one = node("one");
        TestNode dead = node("dead");
        People atOne = one.follow(ROOM);
        int crowd = 2_500;
        for (int i = 0; i < crowd; i++) dead.enter(ROOM, "user" + i);
        one.enter(ROOM, "user0");
        TestNode.await(() -> atOne.here().size() == crowd && atOne.sessions() == crowd + 1);
        dead.kill();
        TestNode.await(() -> atOne.here().size() == 1);
        one.settle();
        assertThat(atOne.heard()).hasSize(crowd + crowd - 1).doesNotHaveDuplicates();
        assertThat(mirrored()).containsExactly("user0");
    }

    private long swept() {
        return nodes.stream()
                .mapToLong(node -> node.meter.value(Metric.NODES_SWEPT))
                .sum();
    }

    @Test
    void begin_anew_whoComesBackWasNeverGone() {
        TestNode one = node("one");
        TestNode before = node("two");
        People atOne = one.follow(ROOM);
        before.enter(ROOM, "ada");
        before.enter(ROOM, "bob");
        TestNode.await(() -> atOne.here().size() == 2);
        long joined = atOne.joinedMillis("ada");
        before.kill();
        TestNode after = node("two");
        People atAfter = after.follow(ROOM);
        TestNode.await(() -> atAfter.here().size() == 2);
        after.enter(ROOM, "ada");
        TestNode.await(() -> !atOne.here().contains("bob") && !atAfter.here().contains("bob"));
        assertThat(atOne.heard()).containsExactly("+ada", "+bob", "-bob");
        assertThat(atAfter.heard()).containsExactlyInAnyOrder("+ada", "+bob", "-bob");
        assertThat(atOne.sessions()).isEqualTo(1);
        assertThat(atOne.joinedMillis("ada")).isEqualTo(joined);
    }

    @Test
    void close_inOrder_whoComesBackToAnotherNodeWasNeverGone() {
        TestNode one = node("one");
        TestNode stopping = node("two");
        People atOne = one.follow(ROOM);
        stopping.enter(ROOM, "ada");
        stopping.enter(ROOM, "bob");
        TestNode.await(() -> atOne.here().size() == 2);
        long joined = atOne.joinedMillis("ada");
        stopping.settle();
        stopping.close();
        one.enter(ROOM, "ada");
        TestNode.await(() -> atOne.here().size() == 1);
        assertThat(atOne.heard()).containsExactly("+ada", "+bob", "-bob");
        assertThat(atOne.sessions()).isEqualTo(1);
        assertThat(atOne.joinedMillis("ada")).isEqualTo(joined);
    }

    @Test
    void mirror_followsTheFirstAndTheLastSession() {
        TestNode one = node("one");
        TestNode two = node("two");
        SessionId first = one.enter(ROOM, "ada");
        one.settle();
        SessionId second = two.enter(ROOM, "ada");
        two.settle();
        assertThat(mirrored()).containsExactly("ada");
        one.board().leave(ROOM, first);
        one.settle();
        assertThat(mirrored()).containsExactly("ada");
        two.board().leave(ROOM, second);
        two.settle();
        assertThat(mirrored()).isEmpty();
    }

    @Test
    void typing_isMirroredByTheNodeOfTheTypist() {
        TestNode one = node("one");
        TestNode two = node("two");
        People atOne = one.follow(ROOM);
        People atTwo = two.follow(ROOM);
        one.enter(ROOM, "ada");
        TestNode.await(() -> atOne.here().contains("ada") && atTwo.here().contains("ada"));
        List<RoomAudience> audiences = new ArrayList<>();
        for (TestNode node : List.of(one, two))
            audiences.add(node.node
                    .typingMirror(room -> "typing:" + room.name())
                    .over(_ -> new Nobody())
                    .open(ROOM));
        long before = Clock.SYSTEM.millis();
        for (RoomAudience audience : audiences) audience.tell(typing(true), Audience.ALL);
        TestNode.await(() -> score() != null);
        assertThat(Long.parseLong(score())).isBetween(before, Clock.SYSTEM.millis());
        for (RoomAudience audience : audiences) audience.tell(typing(false), Audience.ALL);
        TestNode.await(() -> score() == null);
    }

    private static Event.Typing typing(boolean on) {
        return new Event.Typing(ROOM, TestNode.user("ada"), on, false, null);
    }

    private String score() {
        return (String) redis.askFor("ZSCORE", "typing:8400e29b", "ada");
    }

    private static final class Nobody implements RoomAudience {
        @Override
        public void add(Session session, JoinOptions options) {}

        @Override
        public void remove(Session session) {}

        @Override
        public void tell(Event event, Audience audience) {}

        @Override
        public void close() {}
    }

    @Test
    void rooms_thatNobodyUses_takeNoMemory() {
        TestNode one = node("one");
        SessionId session = one.enter(ROOM, "ada");
        var following = one.board().follow(ROOM, new People());
        one.settle();
        one.board().leave(ROOM, session);
        one.settle();
        following.stop();
        TestNode.await(() -> one.node.rooms() == 0);
    }

    @Test
    void storm_ofJoins_costsEachJoinOnce() {
        TestNode one = node("one");
        List<TestNode> all = List.of(one, node("two"), node("three"));
        List<People> people = all.stream().map(node -> node.follow(ROOM)).toList();
        TestNode.await(() -> people.stream().allMatch(People::isShown));
        int joins = Boolean.getBoolean("earshot.long") ? 10_000 : 3_000;
        long outBefore = bytesOut();
        Set<SessionId> sessions = new HashSet<>();
        for (int i = 0; i < joins; i++) sessions.add(all.get(i % 3).enter(ROOM, "user" + i));
        TestNode.await(() -> people.stream().allMatch(p -> p.here().size() == joins));
        long sent = all.stream()
                .mapToLong(node -> node.meter.value(Metric.PRESENCE_BYTES))
                .sum();
        assertThat(sent / joins).as("bytes sent per join").isLessThan(120);
        // Three nodes hear each join once, and the replies; whoever read the room again and again would be far over it.
        assertThat((bytesOut() - outBefore) / joins).as("bytes told per join").isLessThan(3 * 150);
        assertThat(sessions).hasSize(joins);
    }

    private long bytesOut() {
        String stats = redis.ask("INFO", "stats");
        String line = stats.lines()
                .filter(l -> l.startsWith("total_net_output_bytes:"))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(line.substring(line.indexOf(':') + 1).trim());
    }

    @SuppressWarnings("unchecked")
    private List<String> mirrored() {
        return (List<String>) redis.askFor("SMEMBERS", "mirror:8400e29b");
    }

    private TestNode node(String name) {
        TestNode node = TestNode.start(redis.address(), prefix, name, MIRROR);
        nodes.add(node);
        return node;
    }
}
