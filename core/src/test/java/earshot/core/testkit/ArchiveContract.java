package earshot.core.testkit;

import static earshot.core.testkit.Drafts.draft;
import static earshot.core.testkit.Drafts.edit;
import static earshot.core.testkit.Drafts.freshRoom;
import static earshot.core.testkit.Drafts.post;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.history.Archive;
import earshot.core.history.MessageBook.RoomSummary;
import earshot.core.history.Retention;
import earshot.core.message.Body;
import earshot.core.message.Change;
import earshot.core.message.Draft;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What every {@link Archive} promises. */
public abstract class ArchiveContract {
    private static final Position END = new Position(1L << 50, 1L << 50);

    protected final ManualClock clock = new ManualClock();
    private final RoomId room = freshRoom();

    /** The archive under test, the same during one test; it must read the time from {@link #clock}. */
    protected abstract Archive archive();

    @Test
    protected void read_stored_isAsItWas() {
        List<KeptEvent> all = List.of(
                entry(7, 1, post("m1")),
                entry(7, 2, edit("m1", "better")),
                entry(7, 3, new Change.Pin("m1", true)),
                entry(7, 4, new Change.Pin("m1", false)),
                entry(8, 1, new Change.Post("m2", "", null, "m1", null)));
        store(all);
        assertThat(read(Position.START, END, 10)).isEqualTo(all);
        assertThat(read(at(7, 1), at(7, 3), 10)).isEqualTo(all.subList(1, 3));
        assertThat(read(at(7, 2), END, 2)).isEqualTo(all.subList(2, 4));
    }

    @Test
    protected void reached_upToTheFirstGap_isToldWithinTheEpoch() {
        assertThat(await(archive().reached(room, at(7, 0), 10))).isEqualTo(at(7, 0));
        for (int i : new int[] {1, 2, 3, 5, 6}) store(List.of(entry(7, i, post("m" + i)), entry(8, i, post("n" + i))));
        assertThat(await(archive().reached(room, at(7, 0), 10))).isEqualTo(at(7, 3));
        assertThat(await(archive().reached(room, at(7, 1), 1))).isEqualTo(at(7, 2));
        assertThat(await(archive().reached(room, at(7, 3), 10))).isEqualTo(at(7, 3));
        assertThat(await(archive().reached(room, at(7, 4), 10))).isEqualTo(at(7, 6));
        assertThat(await(archive().reached(room, at(7, 6), 10))).isEqualTo(at(7, 6));
    }

    @Test
    protected void read_anyTextAndBytes_isAsItWas() {
        String odd = "zero \0, one \u0001, \uD83D\uDE00, '; DROP TABLE \\ \"";
        Profile author = new Profile(new UserId("te\0st", odd), odd, odd, odd);
        Change.Post post = new Change.Post(odd, odd, odd, odd, new Body("test", odd, new byte[] {0, 1, -1}));
        KeptEvent entry = new Draft(room, post, author, 5, null).at(at(7, 1));
        store(List.of(entry));
        assertThat(read(Position.START, END, 10)).containsExactly(entry);
        assertThat(await(archive().find(room, odd))).contains(((KeptEvent.MessagePosted) entry).message());
    }

    @Test
    protected void store_twice_isThereOnce() {
        KeptEvent first = entry(7, 1, post("m1"));
        store(List.of(first, entry(7, 2, post("m2"))));
        store(List.of(entry(7, 1, post("another")), entry(7, 3, post("m3"))));
        assertThat(read(Position.START, END, 10))
                .extracting(KeptEvent::messageId)
                .containsExactly("m1", "m2", "m3");
    }

    @Test
    protected void find_changesInAnyOrder_isAsTheNewestSay() {
        store(List.of(entry(7, 4, new Change.Pin("m1", true)), entry(7, 3, edit("m1", "second"))));
        store(List.of(entry(7, 2, edit("m1", "first"))));
        store(List.of(entry(7, 1, post("m1"))));
        Message now = await(archive().find(room, "m1")).orElseThrow();
        assertThat(now.text()).isEqualTo("second");
        assertThat(now.pinnedMillis()).isEqualTo(clock.millis());
        assertThat(await(archive().after(room, Position.START, END, 5))).containsExactly(now);
    }

    @Test
    protected void delete_stored_leavesNothingOfWhatWasSaid() {
        store(List.of(entry(7, 1, post("m1")), entry(7, 2, edit("m1", "secret")), entry(7, 3, post("m2"))));
        store(List.of(entry(7, 4, new Change.Delete("m1"))));
        assertBlanked();
    }

    @Test
    protected void delete_storedBeforeItsMessage_blanksItWhenSettled() {
        store(List.of(entry(7, 4, new Change.Delete("m1"))));
        store(List.of(entry(7, 1, post("m1")), entry(7, 2, edit("m1", "secret")), entry(7, 3, post("m2"))));
        settle(at(7, 4), Retention.EVERYTHING);
        assertBlanked();
    }

    private void assertBlanked() {
        List<KeptEvent> entries = read(Position.START, END, 10);
        assertThat(((KeptEvent.MessagePosted) entries.get(0)).message().deleted())
                .isTrue();
        assertThat(entries.toString()).doesNotContain("secret", "text of m1");
        assertThat(await(archive().find(room, "m1")).orElseThrow().deleted()).isTrue();
        assertThat(ids(await(archive().before(room, END, 10)))).containsExactly("m2");
        assertThat(ids(await(archive().after(room, Position.START, END, 10)))).containsExactly("m2");
    }

    @Test
    protected void pages_bothWays_areExclusiveBounds() {
        for (int i = 1; i <= 6; i++) store(List.of(entry(i < 4 ? 7 : 8, i < 4 ? i : i - 3, post("m" + i))));
        assertThat(ids(await(archive().before(room, at(8, 2), 10)))).containsExactly("m4", "m3", "m2", "m1");
        assertThat(ids(await(archive().before(room, at(8, 2), 2)))).containsExactly("m4", "m3");
        assertThat(ids(await(archive().after(room, at(7, 2), at(8, 2), 10)))).containsExactly("m3", "m4", "m5");
        assertThat(ids(await(archive().after(room, at(7, 2), at(8, 2), 1)))).containsExactly("m3");
    }

    @Test
    protected void settle_behindAfter_saysThatItWentBack() {
        assertThat(await(archive().settled(room))).isEmpty();
        store(List.of(entry(7, 1, post("m1")), entry(7, 2, post("m2"))));
        settle(at(7, 2), Retention.EVERYTHING);
        assertThat(await(archive().settled(room))).contains(at(7, 2));
        assertThat(await(archive().settle(room, at(7, 3), at(7, 4), Retention.EVERYTHING)))
                .isFalse();
        assertThat(await(archive().settle(room, at(7, 1), at(7, 1), Retention.EVERYTHING)))
                .isTrue();
        assertThat(await(archive().settled(room))).contains(at(7, 2));
    }

    @Test
    protected void rooms_settled_areCounted() {
        store(List.of(entry(7, 1, post("m1")), entry(7, 2, post("m2")), entry(7, 3, new Change.Delete("m1"))));
        settle(at(7, 3), Retention.EVERYTHING);
        clock.advance(Duration.ofSeconds(9));
        store(List.of(entry(7, 4, post("m3")), entry(7, 5, post("m4"))));
        settle(at(7, 4), Retention.EVERYTHING);
        RoomId before = new RoomId(room.realm(), room.tenant(), "room");
        List<RoomSummary> all = await(archive().rooms(before, 1000));
        assertThat(all).contains(new RoomSummary(room, 2, clock.millis()));
        assertThat(all).extracting(RoomSummary::room).isSortedAccordingTo(RoomId.BY_NAME);
        assertThat(await(archive().known(before, 1000))).contains(room).isSortedAccordingTo(RoomId.BY_NAME);
        assertThat(await(archive().known(room, 1000))).doesNotContain(room);
        assertThat(await(archive().shown(Map.of(room, at(7, 2), freshRoom(), at(7, 2)))))
                .containsExactly(Map.entry(room, 1L));
    }

    @Test
    protected void retention_byCount_keepsTheNewest() {
        for (int i = 1; i <= 5; i++) store(List.of(entry(7, i, post("m" + i))));
        settle(at(7, 5), new Retention(2, Retention.FOREVER, Retention.UNLIMITED, true));
        assertThat(ids(await(archive().before(room, END, 10)))).containsExactly("m5", "m4");
        assertThat(await(archive().find(room, "m1"))).isEmpty();
        assertThat(await(archive().shown(Map.of(room, at(7, 5))))).containsEntry(room, 2L);
    }

    @Test
    protected void retention_byAge_isAppliedToRoomsThatNobodyWritesTo() {
        store(List.of(entry(7, 1, post("m1"))));
        clock.advance(Duration.ofMinutes(6));
        store(List.of(entry(7, 2, post("m2"))));
        settle(at(7, 2), new Retention(Retention.UNLIMITED, Duration.ofMinutes(10), Retention.UNLIMITED, true));
        assertThat(ids(await(archive().before(room, END, 10)))).containsExactly("m2", "m1");
        clock.advance(Duration.ofMinutes(6));
        while (await(archive().retain())) clock.advance(Duration.ZERO);
        assertThat(ids(await(archive().before(room, END, 10)))).containsExactly("m2");
    }

    @Test
    protected void retention_byBytes_keepsTheNewestThatFit() {
        for (int i = 1; i <= 40; i++) store(List.of(entry(7, i, post("m" + i))));
        settle(at(7, 40), new Retention(Retention.UNLIMITED, Retention.FOREVER, 5_000, true));
        List<String> left = ids(await(archive().before(room, END, 100)));
        assertThat(left.size()).isBetween(1, 39);
        assertThat(left.getFirst()).isEqualTo("m40");
    }

    // --- for those who extend this

    protected final KeptEvent entry(long epoch, long offset, Change change) {
        return draft(room, change, clock.millis()).at(at(epoch, offset));
    }

    protected final RoomId room() {
        return room;
    }

    protected final void store(List<KeptEvent> entries) {
        await(archive().store(entries));
    }

    protected final void settle(Position upTo, Retention retention) {
        assertThat(await(archive().settle(room, Position.START, upTo, retention)))
                .isTrue();
    }

    protected final List<KeptEvent> read(Position after, Position upTo, int limit) {
        return await(archive().read(room, after, upTo, limit));
    }

    private static List<String> ids(List<Message> messages) {
        return messages.stream().map(Message::id).toList();
    }

    protected static Position at(long epoch, long offset) {
        return new Position(epoch, offset);
    }

    protected static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, SECONDS).join();
    }
}
