package earshot.engine.redis;

import static earshot.core.testkit.Drafts.draft;
import static earshot.core.testkit.Drafts.edit;
import static earshot.core.testkit.Drafts.freshRoom;
import static earshot.core.testkit.Drafts.post;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.history.Retention;
import earshot.core.history.RoomLog;
import earshot.core.history.RoomLog.Appended;
import earshot.core.message.Change;
import earshot.core.message.Command.From;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.Problem;
import earshot.core.message.RoomId;
import earshot.core.telemetry.MemoryMeter;
import earshot.core.telemetry.Metric;
import earshot.core.testkit.ManualClock;
import earshot.core.time.Clock;
import earshot.engine.redis.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the contracts do not say: several nodes, what stays in Redis, and large things. */
final class RedisHistoryTest {
    private final RedisServer server = RedisServer.shared();
    private final ManualClock clock = new ManualClock();
    private final MemoryMeter meter = new MemoryMeter();
    private final Partitions partitions = new Partitions("earshot:");
    private final RoomId room = freshRoom();
    private RedisLink one;
    private RedisLink other;
    private RedisHistory here;
    private RedisHistory there;

    @BeforeEach
    void connect() {
        server.ask("FLUSHALL");
        // Nobody is hurt here: an answer may take as long as a busy machine wants.
        RedisSettings settings = Hasty.of(server.address()).withAnswerTimeout(Duration.ofSeconds(10));
        one = RedisLink.connect(settings, Clock.SYSTEM, meter);
        other = RedisLink.connect(settings, Clock.SYSTEM, meter);
        here = new RedisHistory(one, clock);
        there = new RedisHistory(other, clock);
    }

    @AfterEach
    void disconnect() {
        here.close();
        there.close();
        one.close();
        other.close();
    }

    @Test
    void follow_onAnotherNode_hearsEverythingInOrder() {
        Ledger.await(here.open(room, Retention.EVERYTHING));
        Ledger.await(there.open(room, Retention.EVERYTHING));
        var heard = new Entries();
        there.follow(room, heard);
        List<CompletionStage<Appended>> all = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) all.add(here.append(draft(room, post("m" + i), 1)));
        List<KeptEvent> stored = new ArrayList<>();
        for (CompletionStage<Appended> each : all) stored.add(((Appended.Stored) Ledger.await(each)).entry());
        Heard.until(() -> heard.entries.size() == 1_000);
        assertThat(heard.entries).isEqualTo(stored);
        assertThat(heard.gaps).isZero();
        // Calls take 200 entries, and one flush takes many calls.
        assertThat(meter.value(Metric.REDIS_COMMANDS)).isLessThan(100);
    }

    @Test
    void follow_entryTooLargeForTheChannel_isToldToLook() {
        Ledger.await(here.open(room, Retention.EVERYTHING));
        Ledger.await(there.open(room, Retention.EVERYTHING));
        var heard = new Entries();
        there.follow(room, heard);
        Change large = new Change.Post("m", "x".repeat(300_000), null, null, null);
        Ledger.await(here.append(draft(room, large, 1)));
        Heard.until(() -> heard.gaps == 1);
        assertThat(heard.entries).isEmpty();
        assertThat(Ledger.await(there.find(room, "m")).orElseThrow().text()).hasSize(300_000);
    }

    @Test
    void append_tooLarge_isRefused() {
        Ledger.await(here.open(room, Retention.EVERYTHING));
        Change large = new Change.Post("m", "x".repeat(5 << 20), null, null, null);
        assertThat(Ledger.await(here.append(draft(room, large, 1))))
                .isEqualTo(new Appended.NotStored(Problem.TOO_LARGE));
    }

    @Test
    void delete_afterManyEdits_leavesNothingOfWhatWasSaid() {
        Ledger.await(here.open(room, Retention.EVERYTHING));
        Ledger.await(here.append(draft(room, post("m"), 1)));
        for (int i = 0; i < 80; i++) Ledger.await(here.append(draft(room, edit("m", "secret " + i), 2)));
        assertThat(Ledger.await(there.find(room, "m")).orElseThrow().text()).isEqualTo("secret 79");
        Ledger.await(here.append(draft(room, new Change.Delete("m"), 3)));
        for (String kind : List.of("log", "blank", "now", "ids"))
            assertThat(dump(partitions.key(kind, room))).doesNotContain("secret", "text of m");
        List<KeptEvent> entries =
                Ledger.await(there.read(room, Position.START, 1000)).entries();
        assertThat(entries).hasSize(82);
        assertThat(entries).extracting(KeptEvent::position).isSorted();
    }

    @Test
    void page_behindManyEdits_isFound() {
        Ledger.await(here.open(room, Retention.EVERYTHING));
        Ledger.await(here.append(draft(room, post("old"), 1)));
        Ledger.await(here.append(draft(room, post("new"), 1)));
        List<CompletionStage<Appended>> all = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) all.add(here.append(draft(room, edit("new", "text " + i), 2)));
        for (CompletionStage<Appended> each : all) Ledger.await(each);
        var page = Ledger.await(there.page(room, new From.Newest(), 10));
        assertThat(page.messages()).extracting(Message::id).containsExactly("old", "new");
        assertThat(page.complete()).isTrue();
        assertThat(page.messages().getLast().text()).isEqualTo("text 4999");
    }

    @Test
    void sweep_roomThatNobodyWritesTo_isTrimmedAndForgotten() {
        Retention hour = new Retention(Retention.UNLIMITED, Duration.ofHours(1), Retention.UNLIMITED, true);
        Ledger.await(here.open(room, hour));
        for (int i = 0; i < 700; i++) here.append(draft(room, post("m" + i), clock.millis()));
        Ledger.await(here.append(draft(room, post("last"), clock.millis())));
        here.release(room);
        clock.advance(Duration.ofHours(2));
        String partition = partitions.of(Partitions.of(room));
        RoomTrimmer trimmer = new RoomTrimmer(one.batcher(), partitions, one.turns(), clock);
        trimmer.sweep(partition, "");
        Heard.until(() -> !server.ask("HGET", partitions.key("room", room), "n").equals("701"));
        server.ask("DEL", partition + "swept");
        trimmer.sweep(partition, "");
        Heard.until(() -> server.askFor("ZCARD", partition + "rooms").equals(0L));
        assertThat(server.askFor("EXISTS", partitions.key("ids", room))).isEqualTo(0L);
        assertThat((Long) server.askFor("TTL", partitions.key("room", room))).isPositive();
        assertThat((Long) server.askFor("TTL", partitions.key("log", room))).isPositive();
        // Its places go on, while it is remembered.
        var next = (Appended.Stored) Ledger.await(there.append(draft(room, post("again"), clock.millis())));
        assertThat(next.entry().position().offset()).isEqualTo(702);
        assertThat(server.askFor("TTL", partitions.key("log", room))).isEqualTo(-1L);
    }

    @Test
    void open_roomThatNobodyWritesTo_isForgottenByRedis() {
        Ledger.await(here.open(room, Retention.EVERYTHING));
        assertThat((Long) server.askFor("TTL", partitions.key("room", room))).isBetween(1L, 3_600L);
        assertThat(server.askFor("ZCARD", partitions.of(Partitions.of(room)) + "rooms"))
                .isEqualTo(0L);
    }

    private String dump(String key) {
        return switch (server.ask("TYPE", key)) {
            case "stream" -> server.ask("XRANGE", key, "-", "+");
            case "zset" -> server.ask("ZRANGE", key, "0", "-1");
            case "hash" -> server.ask("HGETALL", key);
            default -> "";
        };
    }

    private static final class Entries implements RoomLog.Follower {
        final List<KeptEvent> entries = new CopyOnWriteArrayList<>();
        volatile int gaps;

        @Override
        public void onEntry(KeptEvent entry) {
            entries.add(entry);
        }

        // One thread writes.
        @SuppressWarnings("NonAtomicVolatileUpdate")
        @Override
        public void onGap() {
            gaps++;
        }
    }
}
