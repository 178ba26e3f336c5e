package earshot.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.telemetry.MemoryMeter;
import earshot.core.telemetry.Metric;
import earshot.core.testkit.ManualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When what leaves, who waits for how long, and what is done again, against a wire that answers when told. */
final class LaneTest {
    private static final Duration INTERVAL = Duration.ofMillis(11);

    private final ManualClock clock = new ManualClock();
    private final ManualTurns turns = new ManualTurns(clock);
    private final MemoryMeter meter = new MemoryMeter();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Waiting waiting = new Waiting(10, 100_000, new Patience(PATIENCE, 5, 100_000), meter);
    private final Server server = new Server();
    private final Lane lane = new Lane(
            "server",
            turns,
            clock,
            server,
            waiting,
            meter,
            Duration.ofSeconds(1).toNanos(),
            INTERVAL.toNanos());

    @Test
    void offer_afterQuiet_leavesAtOnce() {
        connect();
        ask("A");
        assertThat(server.sent()).containsExactly("A");
    }

    @Test
    void offer_whileAFlushIsOut_waitsForItsAnswer() {
        connect();
        ask("A");
        ask("B");
        ask("C");
        turns.pass(INTERVAL.multipliedBy(5));
        assertThat(server.sent()).containsExactly("A");
        server.answer();
        turns.settle();
        assertThat(server.sent()).containsExactly("A", "B C");
    }

    @Test
    void offer_soonAfterAFlush_waitsForTheInterval() {
        connect();
        ask("A");
        server.answer();
        turns.settle();
        ask("B");
        turns.pass(INTERVAL.minusMillis(1));
        ask("C");
        assertThat(server.sent()).containsExactly("A");
        turns.pass(Duration.ofMillis(1));
        assertThat(server.sent()).containsExactly("A", "B C");
    }

    @Test
    void offer_equalReads_leaveOnceAndAllHear() {
        connect();
        ask("A");
        Heard one = read("K");
        Heard two = read("K");
        Heard other = read("L");
        server.answer();
        turns.pass(INTERVAL);
        assertThat(server.sent()).containsExactly("A", "K L");
        server.answer();
        assertThat(List.of(one.replies, two.replies, other.replies)).containsOnly(1);
    }

    @Test
    void offer_moreThanMayWait_isRefusedAtOnce() {
        connect();
        ask("A");
        List<Heard> all = new ArrayList<>();
        for (int i = 0; i < 11; i++) all.add(ask("B" + i));
        assertThat(all.subList(0, 10)).allMatch(h -> h.failure == null);
        assertThat(all.get(10).failure.notDone()).isTrue();
        assertThat(meter.value(Metric.REDIS_REFUSED)).isEqualTo(1);
        server.answer();
        turns.pass(INTERVAL);
        assertThat(waiting.commands()).isZero();
    }

    @Test
    void offer_withoutAnAnswer_failsAfterASecond() {
        connect();
        Heard sent = ask("A");
        turns.pass(Duration.ofMillis(300));
        Heard queued = ask("B");
        turns.pass(Duration.ofMillis(900));
        assertThat(sent.failure).isNotNull();
        assertThat(sent.failure.notDone()).isFalse();
        assertThat(queued.failure).isNull();
        turns.pass(Duration.ofMillis(300));
        assertThat(queued.failure.notDone()).isTrue();
        server.answer();
        turns.settle();
        assertThat(server.sent()).containsExactly("A");
        assertThat(sent.replies).isEqualTo(1);
    }

    @Test
    void server_thatOwesAnswersForLong_losesItsConnection() {
        connect();
        ask("A");
        turns.pass(Duration.ofSeconds(6));
        assertThat(server.closed).isEqualTo(1);
        turns.pass(Duration.ofSeconds(2));
        assertThat(server.connects).isEqualTo(2);
        ask("B");
        assertThat(server.sent()).containsExactly("A", "B");
    }

    @Test
    void offer_whileAway_waitsASecondThenIsRefusedAtOnce() {
        lane.start();
        server.connecting.onFailure(new IllegalStateException("refused"));
        Heard early = ask("A");
        turns.pass(Duration.ofMillis(1_200));
        server.connecting.onFailure(new IllegalStateException("refused"));
        turns.settle();
        assertThat(early.failure.notDone()).isTrue();
        assertThat(ask("B").failure.notDone()).isTrue();
    }

    @Test
    void offer_patientWhileAway_waitsUntilItIsBack() {
        lane.start();
        server.connecting.onFailure(new IllegalStateException("refused"));
        Heard early = patient("A");
        Heard other = ask("x");
        turns.pass(Duration.ofMillis(1_200));
        server.connecting.onFailure(new IllegalStateException("refused"));
        turns.settle();
        assertThat(other.failure.notDone()).isTrue();
        Heard late = patient("B");
        assertThat(ask("y").failure.code()).isEqualTo("redis_away");
        turns.pass(Duration.ofSeconds(10));
        assertThat(meter.value(Metric.REDIS_HELD)).isEqualTo(2);
        server.open();
        turns.settle();
        assertThat(server.sent()).containsExactly("A B");
        server.answer();
        assertThat(early.replies + late.replies).isEqualTo(2);
        assertThat(meter.value(Metric.REDIS_HELD)).isZero();
        assertThat(meter.value(Metric.REDIS_WAITED)).isEqualTo(2);
    }

    @Test
    void offer_patientForTooLong_isRefused() {
        lane.start();
        server.connecting.onFailure(new IllegalStateException("refused"));
        Heard waiting = patient("A");
        turns.pass(PATIENCE);
        assertThat(waiting.failure).isNull();
        turns.pass(Duration.ofMillis(1_200));
        assertThat(waiting.failure.notDone()).isTrue();
        assertThat(waiting.failure.code()).isEqualTo("redis_away");
        assertThat(meter.value(Metric.REDIS_HELD)).isZero();
    }

    @Test
    void offer_morePatientThanMayWait_isRefusedAtOnceAndKeepsNobodyElseOut() {
        lane.start();
        List<Heard> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) all.add(patient("A" + i));
        assertThat(all.subList(0, 5)).allMatch(h -> h.failure == null);
        assertThat(all.get(5).failure.code()).isEqualTo("redis_full");
        Heard read = ask("x");
        assertThat(read.failure).isNull();
        server.open();
        turns.settle();
        assertThat(server.sent()).containsExactly("A0 A1 A2 A3 A4 x");
    }

    /** While an earlier flush is out, what is patient may be sent late; what stands behind it is told in time all the same. */
    @Test
    void server_thatIsSlow_refusesWhoIsNotPatientInTime() {
        connect();
        ask("A");
        Heard first = patient("B");
        Heard behind = ask("C");
        Heard second = patient("D");
        turns.pass(Duration.ofMillis(1_200));
        assertThat(behind.failure.notDone()).isTrue();
        server.answer();
        turns.pass(INTERVAL);
        assertThat(server.sent()).containsExactly("A", "B D");
        assertThat(first.failure).isNull();
        assertThat(second.failure).isNull();
    }

    @Test
    void offer_toALaneThatWasClosed_isRefused() {
        connect();
        lane.close();
        assertThat(patient("A").failure.notDone()).isTrue();
    }

    @Test
    void connection_thatEnds_failsWhatWasSentAndSendsTheRestLater() {
        connect();
        Heard sent = ask("A");
        Heard queued = ask("B");
        server.end();
        turns.settle();
        assertThat(sent.failure.notDone()).isFalse();
        assertThat(queued.failure).isNull();
        turns.pass(Duration.ofMillis(100));
        assertThat(server.sent()).containsExactly("A", "B");
    }

    @Test
    void error_thatPasses_isAskedAgainBeforeTheRest() {
        connect();
        Heard moved = ask("A");
        ask("B");
        server.refuse("LOADING Redis is loading the dataset in memory");
        turns.pass(INTERVAL);
        assertThat(server.sent()).containsExactly("A", "A B");
        assertThat(moved.failure).isNull();
    }

    @Test
    void error_thatStays_isAFailure() {
        connect();
        Heard wrong = ask("A");
        server.refuse("WRONGTYPE Operation against a key");
        assertThat(wrong.failure).hasMessageContaining("WRONGTYPE");
    }

    @Test
    void script_unknownToTheServer_isSentWhole() {
        Script script = Script.of("s", "#!lua flags=\nreturn {}".getBytes(StandardCharsets.UTF_8));
        connect();
        call(script);
        server.answer();
        turns.pass(INTERVAL);
        call(script);
        server.refuse("NOSCRIPT No matching script");
        turns.pass(INTERVAL);
        assertThat(server.sent()).containsExactly("EVAL", "EVALSHA", "EVAL");
    }

    private void connect() {
        lane.start();
        turns.settle();
        server.open();
        turns.settle();
    }

    private Heard ask(String command) {
        return offer(command, null, false);
    }

    private Heard read(String command) {
        return offer(command, null, true);
    }

    private Heard call(Script script) {
        return offer("", script, false);
    }

    private Heard patient(String command) {
        Heard heard = new Heard();
        long deadline = clock.nanos() + PATIENCE.plusSeconds(1).toNanos();
        lane.offer(new Request(
                command, null, List.of(), List.of(), false, null, deadline, PATIENCE.toNanos(), heard, null));
        turns.settle();
        return heard;
    }

    private Heard offer(String command, Script script, boolean shared) {
        Heard heard = new Heard();
        long deadline = clock.nanos() + Duration.ofSeconds(1).toNanos();
        lane.offer(new Request(command, script, List.of(), List.of(), shared, null, deadline, heard));
        turns.settle();
        return heard;
    }

    private static final class Heard implements Request.Answer {
        int replies;
        RedisUnavailable failure;

        @Override
        public void onReply(Reply reply) {
            replies++;
        }

        @Override
        public void onFailure(RedisUnavailable told) {
            if (failure == null) failure = told;
        }
    }

    /** Makes connections at once after the first, and answers a flush when told. */
    private static final class Server implements LaneOwner, Wire {
        private final List<String> flushes = new ArrayList<>();
        private List<? extends Sent> open = List.of();
        Connecting connecting;
        int connects;
        int closed;

        @Override
        public void connect(Lane asking, Connecting told) {
            connecting = told;
            if (connects > 0) open();
        }

        void open() {
            connects++;
            connecting.onConnected(this);
        }

        @Override
        public void again(Lane asking, Request request, String error) {
            asking.again(request);
        }

        @Override
        public void send(List<? extends Sent> batch) {
            List<String> words = new ArrayList<>();
            for (Sent sent : batch) words.add(new String(sent.words().getFirst(), StandardCharsets.UTF_8));
            flushes.add(String.join(" ", words));
            open = List.copyOf(batch);
        }

        List<String> sent() {
            return flushes;
        }

        void answer() {
            for (Sent sent : take()) sent.onReply(new Reply(List.of(1L)));
        }

        void refuse(String error) {
            for (Sent sent : take()) sent.onError(error);
        }

        private List<? extends Sent> take() {
            List<? extends Sent> taken = open;
            open = List.of();
            return taken;
        }

        @Override
        public void close() {
            closed++;
            end();
        }

        void end() {
            connecting.onEnd();
            for (Sent sent : take()) sent.onLost("ended");
        }
    }
}
