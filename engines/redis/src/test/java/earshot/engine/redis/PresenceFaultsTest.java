package earshot.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.telemetry.Metric;
import earshot.core.testkit.FaultProxy;
import earshot.core.testkit.FaultProxy.Direction;
import earshot.core.testkit.Passage;
import earshot.engine.redis.testkit.RedisServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes on a Redis that goes away, or that one of them does not reach. The first one's way to it can be cut. */
final class PresenceFaultsTest {
    private static final RoomId ROOM = new RoomId("threadkit", "", "room");

    private final String prefix = TestNode.freshPrefix();
    private RedisServer redis;
    private FaultProxy way;
    private TestNode one;
    private TestNode two;
    private People atOne;
    private People atTwo;
    private SessionId ada;

    @BeforeEach
    void begin() throws IOException {
        redis = RedisServer.start();
        way = new FaultProxy(new InetSocketAddress(InetAddress.getLoopbackAddress(), redis.port()), 1);
        one = TestNode.start("redis://127.0.0.1:" + way.address().getPort(), prefix, "one");
        two = TestNode.start(redis.address(), prefix, "two");
        atOne = one.follow(ROOM);
        atTwo = two.follow(ROOM);
        ada = one.enter(ROOM, "ada");
        two.enter(ROOM, "bob");
        awaitHere("ada", "bob");
        atOne.forget();
        atTwo.forget();
    }

    @AfterEach
    void end() throws IOException {
        one.kill();
        two.kill();
        way.close();
        redis.close();
    }

    @Test
    void redis_frozen_ownSessionsGoOn_andNobodyElseIsSaidToLeave() {
        redis.freeze();
        one.enter(ROOM, "cy");
        TestNode.await(() -> atOne.here().contains("cy"), Duration.ofSeconds(4), () -> "one hears its own");
        two.enter(ROOM, "dan");
        TestNode.await(() -> atTwo.here().contains("dan"), Duration.ofSeconds(4), () -> "two hears its own");
        one.board().leave(ROOM, ada);
        TestNode.await(() -> !atOne.here().contains("ada"), Duration.ofSeconds(4), () -> "one hears its own");
        pauseLongerThanALife();
        redis.thaw();
        awaitHere("bob", "cy", "dan");
        assertThat(atOne.heard()).containsExactlyInAnyOrder("+cy", "-ada", "+dan");
        assertThat(atTwo.heard()).containsExactlyInAnyOrder("+dan", "-ada", "+cy");
        assertThat(lost()).isZero();
    }

    @Test
    void redis_paused_nobodyIsGivenUp() {
        redis.ask("CLIENT", "PAUSE", "3000", "ALL");
        one.enter(ROOM, "cy");
        TestNode.await(() -> atOne.here().contains("cy"), Duration.ofSeconds(4), () -> "one hears its own");
        awaitHere("ada", "bob", "cy");
        assertThat(atOne.heard()).containsExactly("+cy");
        assertThat(atTwo.heard()).containsExactly("+cy");
        assertThat(lost()).isZero();
    }

    @Test
    void redis_killedAndEmptyAfterwards_getsItBack() {
        redis.kill();
        one.enter(ROOM, "cy");
        TestNode.await(() -> atOne.here().contains("cy"), Duration.ofSeconds(4), () -> "one hears its own");
        one.board().leave(ROOM, ada);
        redis.startAgain();
        awaitHere("bob", "cy");
        settleBoth();
        assertThat(atOne.heard()).containsExactlyInAnyOrder("+cy", "-ada");
        assertThat(atTwo.count("-bob")).isZero();
        TestNode late = TestNode.start(redis.address(), prefix, "late");
        People atLate = late.follow(ROOM);
        TestNode.await(() -> atLate.here().size() == 2);
        late.kill();
    }

    @Test
    void redis_emptied_getsItBackAndNobodyNotices() {
        redis.ask("FLUSHALL");
        TestNode.await(() -> lost() == 2, Duration.ofSeconds(10), () -> "both are nobody Redis knows");
        two.enter(ROOM, "cy");
        awaitHere("ada", "bob", "cy");
        settleBoth();
        TestNode late = TestNode.start(redis.address(), prefix, "late");
        People atLate = late.follow(ROOM);
        TestNode.await(() -> atLate.here().size() == 3);
        late.kill();
        assertThat(atOne.count("-ada") + atTwo.count("-bob")).isZero();
    }

    @Test
    void way_cutForLong_othersHearTheLeaveOnce_andTheReturn() {
        one.enter(ROOM, "cy");
        awaitHere("ada", "bob", "cy");
        cut();
        TestNode.await(() -> atTwo.here().size() == 1);
        assertThat(atTwo.heard()).containsExactlyInAnyOrder("+cy", "-ada", "-cy");
        one.board().leave(ROOM, ada);
        one.enter(ROOM, "dan");
        TestNode.await(() -> !atOne.here().contains("ada") && atOne.here().contains("dan"));
        mend();
        awaitHere("bob", "cy", "dan");
        settleBoth();
        assertThat(atOne.heard()).containsExactlyInAnyOrder("+cy", "-ada", "+dan");
        assertThat(atTwo.heard()).containsExactlyInAnyOrder("+cy", "-ada", "-cy", "+cy", "+dan");
    }

    @Test
    void way_reset_whileSessionsComeAndGo_nothingIsLost() {
        for (int i = 0; i < 40; i++) {
            SessionId session = one.enter(ROOM, "user" + i);
            two.enter(ROOM, "guest" + i);
            if (i % 2 == 0) one.board().leave(ROOM, session);
            if (i % 10 == 5) way.resetAll();
        }
        TestNode.await(() -> atOne.here().size() == 62 && atTwo.here().equals(atOne.here()));
        settleBoth();
        assertThat(atTwo.here()).isEqualTo(atOne.here()).hasSize(62);
        assertThat(lost()).isZero();
    }

    /** Only what Redis tells is held up: nothing looks wrong to who asks. */
    @Test
    void server_losesAMessage_isFoundByLooking() {
        redis.ask("CLIENT", "KILL", "TYPE", "pubsub");
        two.enter(ROOM, "cy");
        awaitHere("ada", "bob", "cy");
    }

    private void cut() {
        for (Direction direction : Direction.values()) way.set(direction, Passage.stalled());
    }

    private void mend() {
        for (Direction direction : Direction.values()) way.set(direction, Passage.OPEN);
        way.resetAll();
    }

    private void pauseLongerThanALife() {
        long until = System.nanoTime() + TestNode.SETTINGS.timeout().toNanos();
        TestNode.await(() -> System.nanoTime() > until);
    }

    private long lost() {
        return one.meter.value(Metric.INCARNATIONS_LOST) + two.meter.value(Metric.INCARNATIONS_LOST);
    }

    private void settleBoth() {
        one.settle();
        two.settle();
    }

    private void awaitHere(String... names) {
        TestNode.await(
                () -> List.copyOf(atOne.here()).equals(List.of(names))
                        && List.copyOf(atTwo.here()).equals(List.of(names)),
                Duration.ofSeconds(20),
                () -> "here: " + List.of(names) + " at one: " + atOne.here() + " at two: " + atTwo.here());
    }
}
