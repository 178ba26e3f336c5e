package earshot.engine.redis;

import static earshot.core.testkit.Drafts.draft;
import static earshot.core.testkit.Drafts.edit;
import static earshot.core.testkit.Drafts.freshRoom;
import static earshot.core.testkit.Drafts.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import earshot.core.history.HistoryUnavailable;
import earshot.core.history.MessageBook.Page;
import earshot.core.history.Retention;
import earshot.core.history.RoomLog.Appended;
import earshot.core.history.RoomLog.Slice;
import earshot.core.lease.Incarnation;
import earshot.core.memory.MemoryLeases;
import earshot.core.message.Change;
import earshot.core.message.Command.From;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.Problem;
import earshot.core.message.RoomId;
import earshot.core.telemetry.MemoryMeter;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.testkit.ManualClock;
import earshot.core.testkit.MemoryArchive;
import earshot.engine.redis.testkit.RedisServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the contracts do not say of an archive: deaths, outages, several nodes, and trims between two reads. */
final class ArchiveSweepTest {
    private static final int KEEP = 4;

    private final RedisServer server = RedisServer.shared();
    private final ManualClock clock = new ManualClock();
    private final MemoryArchive archive = new MemoryArchive(clock);
    private final MemoryLeases leases = new MemoryLeases();
    private final MemoryMeter meter = new MemoryMeter();
    private final RoomId room = freshRoom();
    private final String log = new Partitions("earshot:").key("log", room);
    private Archived one;
    private Archived other;

    @BeforeEach
    void connect() {
        server.ask("FLUSHALL");
        one = node(1, meter);
        other = node(2, Meter.NONE);
        Ledger.await(one.open(room, Retention.EVERYTHING));
        Ledger.await(other.open(room, Retention.EVERYTHING));
    }

    private Archived node(long id, Meter counts) {
        return new Archived(server, archive, leases.of(new Incarnation(id, "node", "")), KEEP, clock, counts);
    }

    @AfterEach
    void disconnect() {
        one.close();
        other.close();
    }

    // --- deaths

    @Test
    void node_diesBetweenAppendAndArchive_isSweptByAnother() {
        archive.setLosesWrites(true);
        List<KeptEvent> said = say(one, 1, 1_200);
        one.close();
        assertThat(archive.entries(room)).isEmpty();
        archive.setLosesWrites(false);
        settle(other);
        assertThat(archive.entries(room)).isEqualTo(said);
        assertThat(server.askFor("XLEN", log)).isEqualTo((long) KEEP);
        assertHistory(other, 1, 1_200);
    }

    @Test
    void node_missesSome_isFilledInOnlyWhereNeeded() {
        say(one, 1, 100);
        settle(one);
        archive.setLosesWrites(true);
        say(one, 101, 120);
        quiet(one);
        archive.setLosesWrites(false);
        say(other, 121, 140);
        settle(one);
        assertHistory(other, 1, 140);
        assertThat(meter.value(Metric.ARCHIVE_LEFT)).isPositive();
    }

    @Test
    void nodes_bothSweepAtOnce_archiveOnce() {
        archive.setLosesWrites(true);
        List<KeptEvent> said = say(one, 1, 300);
        quiet(one);
        archive.setLosesWrites(false);
        // Without leases, as if both believed to have them.
        try (Archived third = new Archived(
                        server, archive, new MemoryLeases().of(new Incarnation(3, "", "")), KEEP, clock, Meter.NONE);
                Archived fourth = new Archived(
                        server, archive, new MemoryLeases().of(new Incarnation(4, "", "")), KEEP, clock, Meter.NONE)) {
            var first = third.settle(room);
            var second = fourth.settle(room);
            Ledger.await(first);
            Ledger.await(second);
        }
        assertThat(archive.entries(room)).isEqualTo(said);
        assertHistory(one, 1, 300);
    }

    // --- the archive is away

    @Test
    void archive_away_appendsGoOnAndNothingIsTrimmed() {
        say(one, 1, 50);
        settle(one);
        archive.setAway(true);
        say(one, 51, 700);
        Ledger.await(one.settle(room).exceptionally(_ -> null));
        Ledger.await(one.history.trim(room));
        assertThat(server.askFor("XLEN", log)).isEqualTo(650L);
        // What Redis has is served, whatever lies behind.
        assertThat(ids(page(one, new From.Newest(), 600)).getFirst()).isEqualTo("m101");
        assertThatThrownBy(() -> page(one, new From.Newest(), 700)).hasRootCauseInstanceOf(HistoryUnavailable.class);
        assertThatThrownBy(() -> page(one, new From.After(Position.START), 10))
                .hasRootCauseInstanceOf(HistoryUnavailable.class);
        archive.setAway(false);
        settle(one);
        Ledger.await(one.history.trim(room));
        assertThat(server.askFor("XLEN", log)).isEqualTo((long) KEEP);
        assertHistory(other, 1, 700);
    }

    @Test
    void archive_away_newRoomsAreUsedAsAlways() {
        Ledger.await(sweep(one));
        archive.setAway(true);
        RoomId fresh = freshRoom();
        Ledger.await(one.open(fresh, Retention.EVERYTHING));
        Ledger.await(one.append(draft(fresh, post("m1"), 1)));
        assertThat(Ledger.await(one.history.page(fresh, new From.Newest(), 10)))
                .satisfies(page -> assertThat(ids(page)).containsExactly("m1"))
                .satisfies(page -> assertThat(page.complete()).isTrue());
        assertThat(Ledger.await(one.history.find(fresh, "nobody said this"))).isEmpty();
    }

    @Test
    void archive_putBackFromABackup_getsAgainWhatRedisHas() {
        say(one, 1, 20);
        settle(one);
        archive.goBack(room, 3);
        say(one, 21, 22);
        settle(one);
        settle(one);
        assertThat(archive.entries(room)).extracting(KeptEvent::messageId).containsExactly(range("m", 1, 3, 19, 22));
    }

    // --- Redis loses what it had

    @Test
    void redis_losesEverything_historyGoesOnAboveWhatIsArchived() {
        List<KeptEvent> said = say(one, 1, 30);
        settle(one);
        server.ask("FLUSHALL");
        assertThat(ids(page(one, new From.Newest(), 5))).containsExactly("m26", "m27", "m28", "m29", "m30");
        Position after = Ledger.await(one.open(room, Retention.EVERYTHING));
        assertThat(after.epoch()).isGreaterThan(said.getLast().position().epoch());
        assertThat(after.offset()).isZero();
        say(one, 31, 60);
        assertHistory(one, 1, 60);
        settle(other);
        assertHistory(other, 1, 60);
        Slice slice = Ledger.await(one.history.read(room, said.getLast().position(), 1000));
        assertThat(slice.reached()).isFalse();
        assertThat(slice.entries()).hasSize(30);
        // A message from before can still be changed.
        change(other, edit("m2", "better"));
        assertThat(Ledger.await(one.history.find(room, "m2")).orElseThrow().text())
                .isEqualTo("better");
    }

    @Test
    void redis_losesEverything_isToldOfAllRooms() {
        say(one, 1, 3);
        settle(one);
        server.ask("FLUSHALL");
        Ledger.await(sweep(other));
        archive.setAway(true);
        // It is known now that the room has a past, which cannot be had.
        assertThatThrownBy(() -> page(one, new From.Newest(), 5)).hasRootCauseInstanceOf(HistoryUnavailable.class);
    }

    @Test
    void redis_losesTheNewest_theyComeBackWithTheNextEpoch() {
        say(one, 1, 10);
        quiet(one);
        RollBack.loseNewest(server, room, 3);
        assertThat(Ledger.await(one.open(room, Retention.EVERYTHING)).offset()).isZero();
        say(one, 11, 12);
        settle(one);
        assertHistory(other, 1, 12);
    }

    // --- changes of what is archived

    @Test
    void change_ofAnArchivedMessage_isSeenAtOnceEverywhere() {
        say(one, 1, 20);
        settle(one);
        for (Change change : List.of(edit("m1", "better"), new Change.Pin("m2", true), new Change.Delete("m3"))) {
            settle(one);
            archive.setLosesWrites(true);
            change(one, change);
            quiet(one);
            archive.setLosesWrites(false);
        }
        List<Message> first = page(other, new From.After(Position.START), 3).messages();
        assertThat(first).extracting(Message::id).containsExactly("m1", "m2", "m4");
        assertThat(first.getFirst().text()).isEqualTo("better");
        assertThat(first.get(1).pinnedMillis()).isEqualTo(clock.millis());
        assertThat(Ledger.await(other.history.find(room, "m3")).orElseThrow().deleted())
                .isTrue();
        assertThat(Ledger.await(one.append(draft(room, edit("m3", "x"), clock.millis()))))
                .isEqualTo(new Appended.NotStored(Problem.NOT_FOUND));
        assertThat(Ledger.await(other.append(draft(room, new Change.Delete("m99"), clock.millis()))))
                .isEqualTo(new Appended.NotStored(Problem.NOT_FOUND));
    }

    @Test
    void delete_ofAnArchivedMessage_leavesNothingOfItAnywhere() {
        say(one, 1, 20);
        settle(one);
        change(one, edit("m1", "secret one"));
        change(other, edit("m1", "secret two"));
        change(one, edit("m20", "secret three"));
        settle(one);
        change(one, new Change.Delete("m1"));
        change(one, new Change.Delete("m20"));
        settle(other);
        assertThat(archive.entries(room).toString()).doesNotContain("secret", "text of m1,", "text of m20");
        for (String kind : List.of("log", "blank", "now"))
            assertThat(everything(kind)).doesNotContain("secret").doesNotContain("text of m20");
        say(one, 21, 40);
        settle(one);
        assertThat(server.askFor("ZCARD", new Partitions("earshot:").key("changes", room)))
                .isEqualTo(0L);
        assertThat((Long) server.askFor("HLEN", new Partitions("earshot:").key("ids", room)))
                .isEqualTo(KEEP);
        assertThat(ids(page(other, new From.Newest(), 100))).hasSize(38).doesNotContain("m1", "m20");
    }

    private String everything(String kind) {
        String key = new Partitions("earshot:").key(kind, room);
        return switch (server.ask("TYPE", key)) {
            case "stream" -> server.ask("XRANGE", key, "-", "+");
            case "zset" -> server.ask("ZRANGE", key, "0", "-1");
            case "hash" -> server.ask("HGETALL", key);
            default -> "";
        };
    }

    // --- trims between two reads

    @Test
    void read_whileItIsTrimmed_missesNothingAndTellsNothingTwice() throws InterruptedException {
        int last = Boolean.getBoolean("earshot.long") ? 6_000 : 500;
        AtomicBoolean done = new AtomicBoolean();
        Thread talking = Thread.ofPlatform().start(() -> {
            for (int i = 1; i <= last; i += 25) {
                say(one, i, i + 24);
                Ledger.await(one.settle(room).exceptionally(_ -> null));
            }
            done.set(true);
        });
        while (!done.get()) {
            assertDense(backward(other, 40));
            assertDense(forward(other, 40));
            assertDense(entries(other, 40));
        }
        talking.join();
        assertHistory(other, 1, last);
    }

    private static void assertDense(List<String> ids) {
        assertThat(ids).isEqualTo(List.of(range("m", 1, ids.size())));
    }

    /** From the newest to the oldest, page by page. */
    private List<String> backward(Archived node, int limit) {
        List<String> found = new ArrayList<>();
        Page page = page(node, new From.Newest(), limit);
        while (true) {
            found.addAll(0, ids(page));
            if (page.complete()) return found;
            page = page(node, new From.Before(page.messages().getFirst().position()), limit);
        }
    }

    private List<String> forward(Archived node, int limit) {
        List<String> found = new ArrayList<>();
        Page page = page(node, new From.After(Position.START), limit);
        while (true) {
            found.addAll(ids(page));
            if (page.complete()) return found;
            page = page(node, new From.AfterMessage(page.messages().getLast().id()), limit);
        }
    }

    private List<String> entries(Archived node, int limit) {
        List<String> found = new ArrayList<>();
        Position at = Position.START;
        while (true) {
            Slice slice = Ledger.await(node.history.read(room, at, limit));
            assertThat(slice.reached()).isTrue();
            slice.entries().forEach(entry -> found.add(entry.messageId()));
            if (slice.entries().isEmpty()) return found;
            at = slice.entries().getLast().position();
        }
    }

    // --- helpers

    private List<KeptEvent> say(Archived node, int first, int last) {
        List<CompletionStage<Appended>> all = new ArrayList<>();
        for (int i = first; i <= last; i++) all.add(node.append(draft(room, post("m" + i), clock.millis())));
        List<KeptEvent> said = new ArrayList<>();
        for (CompletionStage<Appended> each : all) said.add(((Appended.Stored) Ledger.await(each)).entry());
        return said;
    }

    private void change(Archived node, Change change) {
        assertThat(Ledger.await(node.append(draft(room, change, clock.millis()))))
                .isInstanceOf(Appended.Stored.class);
    }

    private void settle(Archived node) {
        Ledger.await(node.settle(room));
    }

    private static void quiet(Archived node) {
        Ledger.await(Objects.requireNonNull(node.history.archive()).writes().quiet());
    }

    private static CompletionStage<?> sweep(Archived node) {
        return Objects.requireNonNull(node.history.archive()).sweep().sweepAll();
    }

    private Page page(Archived node, From from, int limit) {
        return Ledger.await(node.history.page(room, from, limit));
    }

    private static List<String> ids(Page page) {
        return page.messages().stream().map(Message::id).toList();
    }

    private void assertHistory(Archived node, int first, int last) {
        String[] all = range("m", first, last);
        int limit = Math.max(7, all.length / 12);
        assertThat(backward(node, limit)).containsExactly(all);
        assertThat(forward(node, limit)).containsExactly(all);
        Page whole = page(node, new From.Newest(), 1000);
        assertThat(ids(whole)).isEqualTo(List.of(all).subList(Math.max(0, all.length - 1000), all.length));
    }

    private static String[] range(String prefix, int... bounds) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < bounds.length; i += 2) for (int n = bounds[i]; n <= bounds[i + 1]; n++) all.add(prefix + n);
        return all.toArray(String[]::new);
    }
}
