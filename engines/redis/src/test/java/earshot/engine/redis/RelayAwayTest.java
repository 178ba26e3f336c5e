package earshot.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Audience;
import earshot.core.message.Event;
import earshot.core.message.Lane;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.relay.Answer;
import earshot.core.relay.NodeRelay.Gathered;
import earshot.core.relay.Passed;
import earshot.core.relay.Question;
import earshot.core.relay.RoomRelay;
import earshot.core.telemetry.Metric;
import earshot.engine.redis.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Redis that is slow, silent, gone and back. */
final class RelayAwayTest {
    private static final RoomId ROOM = new RoomId("test", "", "r");

    private RedisServer server;
    private RelayNodes nodes;
    private Side one;
    private Side two;

    @BeforeEach
    void begin() {
        server = RedisServer.start();
        nodes = new RelayNodes(server.address());
        one = new Side(1);
        two = new Side(2);
        Heard.until(() -> one.isJoined() && two.isJoined());
    }

    @AfterEach
    void end() {
        nodes.close();
        server.close();
    }

    @Test
    void redis_thatPauses_losesNothing() {
        server.ask("CLIENT", "PAUSE", "400", "ALL");
        List<Passed> told = new ArrayList<>();
        for (int i = 1; i <= 100; i++) told.add(relayed(Lane.SURE, i));
        told.forEach(one.line::tell);
        Heard.until(() -> two.heard.size() == 100);
        assertThat(two.heard).isEqualTo(told);
    }

    @Test
    void redis_thatIsKilled_isToldAgainWhenItIsBack() {
        server.kill();
        one.values.add(votes(7));
        for (int i = 1; i <= 100; i++) one.line.tell(votes(7));
        one.line.tell(relayed(Lane.SPARE, 1));
        server.startAgain();
        Heard.until(() -> two.heard.contains(votes(7)));
        Heard.until(() -> one.line.isShared() && two.line.isShared());
        one.line.tell(relayed(Lane.SURE, 2));
        two.line.tell(relayed(Lane.SURE, 3));
        Heard.until(() -> two.heard.contains(relayed(Lane.SURE, 2)) && one.heard.contains(relayed(Lane.SURE, 3)));
    }

    @Test
    void redis_thatIsFrozen_isWaitedForOnlySoLongAndThenHealed() {
        server.freeze();
        one.values.add(votes(9));
        one.line.tell(votes(9));
        Heard.until(() -> nodes.meter(1).value(Metric.RELAY_DROPPED) > 0);
        server.thaw();
        Heard.until(() -> two.heard.contains(votes(9)));
    }

    @Test
    void roomsAndQuestions_whileRedisIsAway_areAnswered() {
        nodes.node(1).open(_ -> CompletableFuture.completedStage(new Answer.Count(1)));
        nodes.node(2).open(_ -> CompletableFuture.completedStage(new Answer.Count(2)));
        nodes.awaitReady();
        var question = new Question.Recheck(new UserId("test", "ada"));
        assertThat(ask(question)).isEqualTo(new Gathered(List.of(new Answer.Count(2)), 0));
        server.kill();
        assertThat(ask(question)).isEqualTo(new Gathered(List.of(), 1));
        RoomRelay.Line line = nodes.node(1).open(new RoomId("test", "", "q"), new Side.Nobody());
        assertThat(line.isShared()).isTrue();
        line.close();
        server.startAgain();
        Heard.until(() -> ask(question).equals(new Gathered(List.of(new Answer.Count(2)), 0)));
    }

    @Test
    void events_thatAreTooMuch_areDroppedSpareFirst() {
        server.freeze();
        byte[] big = new byte[100_000];
        for (int i = 0; i < 200; i++) one.line.tell(relayed(Lane.SPARE, i, big));
        long spare = nodes.meter(1).valueOf(Metric.RELAY_DROPPED, "spare", "queue");
        assertThat(spare).isBetween(150L, 180L);
        for (int i = 0; i < 100; i++) one.line.tell(relayed(Lane.SURE, i, big));
        assertThat(nodes.meter(1).valueOf(Metric.RELAY_DROPPED, "sure", "queue"))
                .isZero();
        for (int i = 0; i < 100; i++) one.line.tell(relayed(Lane.SURE, i, big));
        assertThat(nodes.meter(1).valueOf(Metric.RELAY_DROPPED, "sure", "queue"))
                .isPositive();
        one.line.tell(relayed(Lane.SURE, 0, new byte[2 << 20]));
        assertThat(nodes.meter(1).valueOf(Metric.RELAY_DROPPED, "sure", "too_large"))
                .isEqualTo(1);
        server.thaw();
        Heard.until(() -> {
            one.line.tell(relayed(Lane.SURE, 77));
            return two.heard.contains(relayed(Lane.SURE, 77));
        });
    }

    private Gathered ask(Question question) {
        return nodes.node(1)
                .ask(question, Duration.ofMillis(500))
                .toCompletableFuture()
                .join();
    }

    private static Passed votes(long stamp) {
        return new Passed(new Event.VotesChanged(ROOM, "m", stamp, 0), Audience.ALL, stamp, 1, Position.START);
    }

    private static Passed relayed(Lane lane, int number) {
        return relayed(lane, number, new byte[0]);
    }

    private static Passed relayed(Lane lane, int number, byte[] payload) {
        var event = new Event.Relayed(ROOM, "test", lane, null, number, payload);
        return new Passed(event, Audience.ALL, number, 1, Position.START);
    }

    /** The room on one node. */
    private final class Side implements RoomRelay.Feed {
        final List<Passed> heard = new CopyOnWriteArrayList<>();
        final List<Passed> values = new CopyOnWriteArrayList<>();
        final RoomRelay.Line line;
        private volatile boolean ready;

        Side(long incarnation) {
            line = nodes.node(incarnation).open(ROOM, this);
        }

        @Override
        public void onPassed(Passed passed) {
            heard.add(passed);
        }

        @Override
        public void onAsked(RoomRelay.Answering answering) {
            answering.answer(List.copyOf(values));
        }

        @Override
        public void onReady() {
            ready = true;
        }

        boolean isJoined() {
            return ready && line.isShared();
        }

        /** Hears nothing. */
        static final class Nobody implements RoomRelay.Feed {
            @Override
            public void onPassed(Passed passed) {}

            @Override
            public void onAsked(RoomRelay.Answering answering) {}

            @Override
            public void onReady() {}
        }
    }
}
