package earshot.core.testkit;

import static earshot.core.testkit.Drafts.ADA;
import static earshot.core.testkit.Drafts.BOB;
import static earshot.core.testkit.Drafts.draft;
import static earshot.core.testkit.Drafts.edit;
import static earshot.core.testkit.Drafts.freshRoom;
import static earshot.core.testkit.Drafts.keyed;
import static earshot.core.testkit.Drafts.post;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.history.Retention;
import earshot.core.history.RoomLog;
import earshot.core.history.RoomLog.Appended;
import earshot.core.history.RoomLog.Slice;
import earshot.core.message.Change;
import earshot.core.message.Draft;
import earshot.core.message.KeptEvent;
import earshot.core.message.Position;
import earshot.core.message.Problem;
import earshot.core.message.RoomId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What every {@link RoomLog} promises. An engine's test extends this and says how to make the log and how to hurt it. */
public abstract class RoomLogContract {
    protected final ManualClock clock = new ManualClock();

    /** The log under test, the same during one test; it must read the time from {@link #clock}. */
    protected abstract RoomLog log();

    /** Loses the newest entries of a room, as a crash of an engine that had not synced would. {@link #log} may be another object after it. */
    protected abstract void rollBack(RoomId room, int entries);

    /** Stops using the engine and begins again on the same data, where it has data; else does nothing. */
    protected void reopen() {}

    /** Makes the engine trim now what its retention says. */
    protected void trim(RoomId room) {}

    // --- order and density

    @Test
    protected void open_freshRoom_standsBeforeTheFirstEntry() {
        Position top = open(freshRoom());
        assertThat(top.epoch()).isGreaterThanOrEqualTo(1);
        assertThat(top.offset()).isZero();
    }

    @Test
    protected void append_several_areDenseInOrder() {
        RoomId room = freshRoom();
        Position top = open(room);
        List<KeptEvent> stored = postAll(room, "m1", "m2", "m3");
        assertThat(stored).extracting(KeptEvent::position).containsExactly(at(top, 1), at(top, 2), at(top, 3));
    }

    @Test
    protected void append_withoutWaiting_keepsTheCallersOrder() {
        RoomId room = freshRoom();
        Position top = open(room);
        List<CompletionStage<Appended>> inFlight = new ArrayList<>();
        for (int i = 1; i <= 200; i++) inFlight.add(log().append(draft(room, post("m" + i), clock.millis())));
        for (int i = 1; i <= 200; i++) {
            KeptEvent entry = entry(await(inFlight.get(i - 1)));
            assertThat(entry.messageId()).isEqualTo("m" + i);
            assertThat(entry.position()).isEqualTo(at(top, i));
        }
    }

    @Test
    protected void append_twoRooms_countApart() {
        RoomId one = freshRoom();
        RoomId other = freshRoom();
        Position top = open(one);
        open(other);
        postAll(one, "m1", "m2");
        assertThat(postAll(other, "m1").get(0).position().offset()).isEqualTo(1);
        assertThat(postAll(one, "m3").get(0).position()).isEqualTo(at(top, 3));
    }

    @Test
    protected void append_everyChange_isReadBackAsItWas() {
        RoomId room = freshRoom();
        Position start = open(room);
        List<KeptEvent> stored = new ArrayList<>(postAll(room, "m1"));
        stored.add(entry(append(room, edit("m1", "better"))));
        stored.add(entry(append(room, new Change.Pin("m1", true))));
        stored.add(entry(append(room, new Change.Pin("m1", false))));
        assertThat(read(room, start).entries()).isEqualTo(stored);
    }

    // --- what cannot be appended

    @Test
    protected void append_idThatIsTaken_isConflict() {
        RoomId room = freshRoom();
        open(room);
        postAll(room, "m1");
        assertThat(append(room, post("m1"))).isEqualTo(new Appended.NotStored(Problem.CONFLICT));
        assertThat(postAll(room, "m2").get(0).position().offset()).isEqualTo(2);
    }

    @Test
    protected void append_sameIdInOneBatch_isConflict() {
        RoomId room = freshRoom();
        open(room);
        CompletionStage<Appended> first = log().append(draft(room, post("m1"), clock.millis()));
        CompletionStage<Appended> second = log().append(draft(room, post("m1"), clock.millis()));
        assertThat(await(first)).isInstanceOf(Appended.Stored.class);
        assertThat(await(second)).isEqualTo(new Appended.NotStored(Problem.CONFLICT));
    }

    @Test
    protected void append_changeOfUnknownMessage_isNotFound() {
        RoomId room = freshRoom();
        open(room);
        var notFound = new Appended.NotStored(Problem.NOT_FOUND);
        assertThat(append(room, edit("m1", "x"))).isEqualTo(notFound);
        assertThat(append(room, new Change.Delete("m1"))).isEqualTo(notFound);
        assertThat(append(room, new Change.Pin("m1", true))).isEqualTo(notFound);
    }

    @Test
    protected void append_changeOfDeletedMessage_isNotFound() {
        RoomId room = freshRoom();
        open(room);
        postAll(room, "m1");
        append(room, new Change.Delete("m1"));
        var notFound = new Appended.NotStored(Problem.NOT_FOUND);
        assertThat(append(room, edit("m1", "x"))).isEqualTo(notFound);
        assertThat(append(room, new Change.Delete("m1"))).isEqualTo(notFound);
        assertThat(append(room, new Change.Pin("m1", true))).isEqualTo(notFound);
        assertThat(append(room, post("m1"))).isEqualTo(new Appended.NotStored(Problem.CONFLICT));
    }

    @Test
    protected void append_editInTheSameBatch_findsItsMessage() {
        RoomId room = freshRoom();
        open(room);
        CompletionStage<Appended> first = log().append(draft(room, post("m1"), clock.millis()));
        CompletionStage<Appended> second = log().append(draft(room, edit("m1", "x"), clock.millis()));
        assertThat(await(first)).isInstanceOf(Appended.Stored.class);
        assertThat(await(second)).isInstanceOf(Appended.Stored.class);
    }

    // --- idempotency

    @Test
    protected void append_knownKey_returnsTheFirstPlace() {
        RoomId room = freshRoom();
        open(room);
        Draft draft = keyed(room, post("m1"), ADA, clock.millis(), "k");
        KeptEvent first = entry(await(log().append(draft)));
        clock.advance(Duration.ofMinutes(4));
        Appended again = await(log().append(keyed(room, post("m2"), ADA, clock.millis(), "k")));
        assertThat(again).isEqualTo(new Appended.Stored(first, true));
        assertThat(read(room, before(first.position())).entries()).containsExactly(first);
    }

    @Test
    protected void append_knownKeyInOneBatch_returnsTheFirstPlace() {
        RoomId room = freshRoom();
        open(room);
        CompletionStage<Appended> first = log().append(keyed(room, post("m1"), ADA, clock.millis(), "k"));
        CompletionStage<Appended> second = log().append(keyed(room, post("m1"), ADA, clock.millis(), "k"));
        assertThat(await(second)).isEqualTo(new Appended.Stored(entry(await(first)), true));
    }

    @Test
    protected void append_keyOfAnotherAuthorOrRoom_countsApart() {
        RoomId room = freshRoom();
        RoomId other = freshRoom();
        open(room);
        open(other);
        assertStoredNew(await(log().append(keyed(room, post("m1"), ADA, clock.millis(), "k"))));
        assertStoredNew(await(log().append(keyed(room, post("m2"), BOB, clock.millis(), "k"))));
        assertStoredNew(await(log().append(keyed(other, post("m1"), ADA, clock.millis(), "k"))));
    }

    @Test
    protected void append_keyAfterFiveMinutes_countsAnew() {
        RoomId room = freshRoom();
        open(room);
        assertStoredNew(await(log().append(keyed(room, post("m1"), ADA, clock.millis(), "k"))));
        clock.advance(Duration.ofMinutes(5).plusSeconds(1));
        assertStoredNew(await(log().append(keyed(room, post("m2"), ADA, clock.millis(), "k"))));
    }

    // --- reading

    @Test
    protected void read_afterAPosition_givesTheRestAndTheTop() {
        RoomId room = freshRoom();
        open(room);
        List<KeptEvent> stored = postAll(room, "m1", "m2", "m3", "m4");
        Slice slice = read(room, stored.get(1).position());
        assertThat(slice.reached()).isTrue();
        assertThat(slice.entries()).isEqualTo(stored.subList(2, 4));
        assertThat(slice.top()).isEqualTo(stored.get(3).position());
    }

    @Test
    protected void read_withLimit_givesTheOldestFirst() {
        RoomId room = freshRoom();
        Position start = open(room);
        List<KeptEvent> stored = postAll(room, "m1", "m2", "m3");
        Slice slice = await(log().read(room, start, 2));
        assertThat(slice.entries()).isEqualTo(stored.subList(0, 2));
        assertThat(slice.top()).isEqualTo(stored.get(2).position());
    }

    @Test
    protected void read_atTheTop_isReachedAndEmpty() {
        RoomId room = freshRoom();
        open(room);
        Position top = postAll(room, "m1").get(0).position();
        assertThat(read(room, top)).isEqualTo(new Slice(List.of(), top, true));
    }

    @Test
    protected void read_aheadOfTheLog_isNotReached() {
        RoomId room = freshRoom();
        Position top = open(room);
        postAll(room, "m1");
        assertThat(read(room, at(top, 2)).reached()).isFalse();
        assertThat(read(room, new Position(top.epoch() + 1, 0)).reached()).isFalse();
    }

    @Test
    protected void read_messageThatWasDeletedSince_comesBlanked() {
        RoomId room = freshRoom();
        Position start = open(room);
        postAll(room, "m1");
        append(room, edit("m1", "secret"));
        append(room, new Change.Delete("m1"));
        List<KeptEvent> entries = read(room, start).entries();
        assertThat(entries).hasSize(3);
        var posted = (KeptEvent.MessagePosted) entries.get(0);
        assertThat(posted.message().deleted()).isTrue();
        assertThat(posted.message().text()).isEmpty();
        assertThat(posted.message().html()).isNull();
        assertThat(posted.message().body()).isNull();
        var edited = (KeptEvent.MessageEdited) entries.get(1);
        assertThat(edited.text()).isEmpty();
        assertThat(edited.html()).isNull();
        assertThat(edited.body()).isNull();
    }

    @Test
    protected void read_afterWhatWasTrimmed_isNotReached() {
        RoomId room = freshRoom();
        Position start = open(room, keep(3));
        List<KeptEvent> stored = postAll(room, "m1", "m2", "m3", "m4", "m5", "m6");
        trim(room);
        Slice slice = read(room, start);
        assertThat(slice.reached()).isFalse();
        assertThat(slice.entries()).endsWith(stored.get(3), stored.get(4), stored.get(5));
        assertThat(read(room, stored.get(4).position()).reached()).isTrue();
    }

    // --- the feed

    @Test
    protected void follow_whileAppending_hearsEachOnceInOrderOrIsToldOfAGap() {
        RoomId room = freshRoom();
        open(room);
        var heard = new Heard();
        RoomLog.Following following = log().follow(room, heard);
        List<KeptEvent> stored = postAll(room, "m1", "m2", "m3");
        // A log may leave out what this caller appended itself, but not turn it around or say it twice.
        assertThat(heard.entries).isSubsetOf(stored);
        assertThat(heard.entries).isSortedAccordingTo((a, b) -> a.position().compareTo(b.position()));
        following.stop();
        List<KeptEvent> afterwards = postAll(room, "m4");
        assertThat(heard.entries).doesNotContainAnyElementsOf(afterwards);
    }

    // --- epochs

    @Test
    protected void log_whenRolledBack_changesEpoch() {
        RoomId room = freshRoom();
        Position start = open(room);
        List<KeptEvent> stored = postAll(room, "m1", "m2", "m3");
        rollBack(room, 2);
        Position after = open(room);
        assertThat(after.epoch()).isGreaterThan(start.epoch());
        KeptEvent next = postAll(room, "m2").get(0);
        assertThat(next.position()).isEqualTo(new Position(after.epoch(), after.offset() + 1));
        assertThat(next.position()).isGreaterThan(stored.get(2).position());
        assertThat(read(room, stored.get(2).position()).reached()).isFalse();
        assertThat(read(room, stored.get(2).position()).entries()).containsExactly(next);
    }

    @Test
    protected void log_whenReopened_continues() {
        RoomId room = freshRoom();
        open(room);
        List<KeptEvent> stored = postAll(room, "m1", "m2");
        log().release(room);
        reopen();
        Position top = open(room);
        assertThat(top).isEqualTo(stored.get(1).position());
        assertThat(postAll(room, "m3").get(0).position()).isEqualTo(at(top, 3));
        assertThat(read(room, stored.get(0).position()).entries())
                .extracting(KeptEvent::messageId)
                .containsExactly("m2", "m3");
    }

    // --- for those who extend this

    protected static Retention keep(long messages) {
        return new Retention(messages, Retention.FOREVER, Retention.UNLIMITED, true);
    }

    protected final Position open(RoomId room) {
        return open(room, Retention.EVERYTHING);
    }

    protected final Position open(RoomId room, Retention retention) {
        return await(log().open(room, retention));
    }

    protected final List<KeptEvent> postAll(RoomId room, String... ids) {
        List<KeptEvent> stored = new ArrayList<>();
        for (String id : ids) stored.add(entry(append(room, post(id))));
        return stored;
    }

    protected final Appended append(RoomId room, Change change) {
        return await(log().append(draft(room, change, clock.millis())));
    }

    protected final Slice read(RoomId room, Position after) {
        return await(log().read(room, after, 1000));
    }

    protected static KeptEvent entry(Appended appended) {
        assertThat(appended).isInstanceOf(Appended.Stored.class);
        return ((Appended.Stored) appended).entry();
    }

    private static void assertStoredNew(Appended appended) {
        entry(appended);
        assertThat(((Appended.Stored) appended).repeated()).isFalse();
    }

    protected static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, SECONDS).join();
    }

    protected static Position at(Position epoch, long offset) {
        return new Position(epoch.epoch(), offset);
    }

    private static Position before(Position position) {
        return at(position, position.offset() - 1);
    }

    private static final class Heard implements RoomLog.Follower {
        final List<KeptEvent> entries = new CopyOnWriteArrayList<>();

        @Override
        public void onEntry(KeptEvent entry) {
            entries.add(entry);
        }

        @Override
        public void onGap() {}
    }
}
