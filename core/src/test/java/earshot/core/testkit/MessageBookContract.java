package earshot.core.testkit;

import static earshot.core.testkit.Drafts.draft;
import static earshot.core.testkit.Drafts.edit;
import static earshot.core.testkit.Drafts.freshRoom;
import static earshot.core.testkit.Drafts.post;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.history.MessageBook;
import earshot.core.history.MessageBook.Page;
import earshot.core.history.MessageBook.RoomSummary;
import earshot.core.history.Retention;
import earshot.core.history.RoomLog;
import earshot.core.message.Change;
import earshot.core.message.Command.From;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What every {@link MessageBook} promises, written through its log. */
public abstract class MessageBookContract {
    protected final ManualClock clock = new ManualClock();

    protected abstract RoomLog log();

    protected abstract MessageBook book();

    /** Makes the engine trim now what its retention says. */
    protected void trim(RoomId room) {}

    // --- one message

    @Test
    protected void find_posted_isWhatWasSaid() {
        RoomId room = openedRoom();
        KeptEvent.MessagePosted posted = postAll(room, "m1").get(0);
        assertThat(find(room, "m1")).isEqualTo(posted.message());
    }

    @Test
    protected void find_unknown_isEmpty() {
        assertThat(await(book().find(openedRoom(), "m1"))).isEmpty();
    }

    @Test
    protected void find_edited_isAsItIsNowInItsOldPlace() {
        RoomId room = openedRoom();
        Message said = postAll(room, "m1").get(0).message();
        clock.advance(Duration.ofSeconds(3));
        Change.Edit edit = edit("m1", "better");
        change(room, edit);
        assertThat(find(room, "m1")).isEqualTo(said.edited("better", null, edit.body(), clock.millis()));
    }

    @Test
    protected void find_pinnedAndUnpinned_hasTheTimeOfPinning() {
        RoomId room = openedRoom();
        Message said = postAll(room, "m1").get(0).message();
        clock.advance(Duration.ofSeconds(3));
        change(room, new Change.Pin("m1", true));
        assertThat(find(room, "m1")).isEqualTo(said.pinned(clock.millis()));
        change(room, new Change.Pin("m1", false));
        assertThat(find(room, "m1")).isEqualTo(said);
    }

    @Test
    protected void find_deleted_isBlankedInItsPlace() {
        RoomId room = openedRoom();
        Message said = postAll(room, "m1").get(0).message();
        change(room, new Change.Delete("m1"));
        assertThat(find(room, "m1")).isEqualTo(said.blanked());
    }

    // --- pages

    @Test
    protected void page_newest_isTheEndOldestFirst() {
        RoomId room = openedRoom();
        postAll(room, "m1", "m2", "m3");
        assertPage(page(room, new From.Newest(), 2), false, "m2", "m3");
        assertPage(page(room, new From.Newest(), 3), true, "m1", "m2", "m3");
        assertPage(page(room, new From.Newest(), 10), true, "m1", "m2", "m3");
    }

    @Test
    protected void page_emptyRoom_isComplete() {
        RoomId room = openedRoom();
        assertPage(page(room, new From.Newest(), 10), true);
        assertPage(page(room, new From.After(Position.START), 10), true);
    }

    @Test
    protected void page_afterAPosition_goesForwardExclusive() {
        RoomId room = openedRoom();
        List<KeptEvent.MessagePosted> said = postAll(room, "m1", "m2", "m3", "m4");
        Position first = said.get(0).position();
        assertPage(page(room, new From.After(first), 2), false, "m2", "m3");
        assertPage(page(room, new From.After(first), 3), true, "m2", "m3", "m4");
        assertPage(page(room, new From.After(Position.START), 1), false, "m1");
    }

    @Test
    protected void page_beforeAPosition_goesBackExclusive() {
        RoomId room = openedRoom();
        List<KeptEvent.MessagePosted> said = postAll(room, "m1", "m2", "m3", "m4");
        Position last = said.get(3).position();
        assertPage(page(room, new From.Before(last), 2), false, "m2", "m3");
        assertPage(page(room, new From.Before(last), 3), true, "m1", "m2", "m3");
        assertPage(page(room, new From.Before(said.get(0).position()), 3), true);
    }

    @Test
    protected void page_afterAMessage_goesForwardFromIt() {
        RoomId room = openedRoom();
        postAll(room, "m1", "m2", "m3");
        assertPage(page(room, new From.AfterMessage("m1"), 10), true, "m2", "m3");
        assertPage(page(room, new From.AfterMessage("m3"), 10), true);
    }

    @Test
    protected void page_afterAnUnknownMessage_isEverythingKept() {
        RoomId room = openedRoom();
        postAll(room, "m1", "m2", "m3");
        assertPage(page(room, new From.AfterMessage("nobody said this"), 10), true, "m1", "m2", "m3");
        assertPage(page(room, new From.AfterMessage("nobody said this"), 2), false, "m1", "m2");
    }

    @Test
    protected void page_afterADeletedMessage_goesForwardFromItsPlace() {
        RoomId room = openedRoom();
        postAll(room, "m1", "m2", "m3");
        change(room, new Change.Delete("m2"));
        assertPage(page(room, new From.AfterMessage("m2"), 10), true, "m3");
    }

    @Test
    protected void page_beforeAMessage_goesBackFromIt() {
        RoomId room = openedRoom();
        postAll(room, "m1", "m2", "m3");
        assertPage(page(room, new From.BeforeMessage("m3"), 1), false, "m2");
        assertPage(page(room, new From.BeforeMessage("m3"), 10), true, "m1", "m2");
        assertPage(page(room, new From.BeforeMessage("nobody said this"), 10), true);
    }

    @Test
    protected void page_withEditsPinsAndDeletes_isAsItIsNowInTheOldOrder() {
        RoomId room = openedRoom();
        postAll(room, "m1", "m2", "m3");
        change(room, edit("m1", "better"));
        change(room, new Change.Delete("m2"));
        Page page = page(room, new From.Newest(), 10);
        assertPage(page, true, "m1", "m3");
        assertThat(page.messages().get(0).text()).isEqualTo("better");
        assertThat(page.messages()).allMatch(m -> !m.deleted());
    }

    @Test
    protected void page_deletedAtTheEdge_doesNotHideThatThereIsMore() {
        RoomId room = openedRoom();
        postAll(room, "m1", "m2", "m3", "m4");
        change(room, new Change.Delete("m3"));
        assertPage(page(room, new From.Newest(), 2), false, "m2", "m4");
        assertPage(page(room, new From.Newest(), 3), true, "m1", "m2", "m4");
    }

    // --- retention

    @Test
    protected void retention_byCount_keepsTheNewest() {
        RoomId room = freshRoom();
        open(room, new Retention(3, Retention.FOREVER, Retention.UNLIMITED, true));
        postAll(room, "m1", "m2", "m3", "m4", "m5");
        trim(room);
        assertPage(page(room, new From.Newest(), 10), true, "m3", "m4", "m5");
        assertThat(await(book().find(room, "m1"))).isEmpty();
        assertPage(page(room, new From.AfterMessage("m1"), 10), true, "m3", "m4", "m5");
    }

    @Test
    protected void retention_byAge_keepsTheYoung() {
        RoomId room = freshRoom();
        open(room, new Retention(Retention.UNLIMITED, Duration.ofMinutes(10), Retention.UNLIMITED, true));
        postAll(room, "m1");
        clock.advance(Duration.ofMinutes(6));
        postAll(room, "m2");
        clock.advance(Duration.ofMinutes(6));
        trim(room);
        assertPage(page(room, new From.Newest(), 10), true, "m2");
    }

    @Test
    protected void retention_byBytes_keepsTheNewestThatFit() {
        RoomId room = freshRoom();
        open(room, new Retention(Retention.UNLIMITED, Retention.FOREVER, 5_000, true));
        for (int i = 1; i <= 60; i++) postAll(room, "m" + i);
        trim(room);
        List<Message> kept = page(room, new From.Newest(), 100).messages();
        assertThat(kept.size()).isBetween(1, 59);
        assertThat(kept.get(kept.size() - 1).id()).isEqualTo("m60");
        assertThat(kept).extracting(Message::id).doesNotContain("m1");
    }

    // --- rooms

    @Test
    protected void rooms_withMessages_areListedInNameOrder() {
        RoomId first = new RoomId("listed", "", "a");
        RoomId second = new RoomId("listed", "", "b");
        RoomId third = new RoomId("listed", "t", "a");
        for (RoomId room : List.of(third, first, second)) {
            open(room, Retention.EVERYTHING);
            postAll(room, "m1");
        }
        clock.advance(Duration.ofSeconds(2));
        postAll(second, "m2");
        List<RoomSummary> all = listed(null);
        assertThat(all).extracting(RoomSummary::room).containsExactly(first, second, third);
        assertThat(all).extracting(RoomSummary::messages).containsExactly(1L, 2L, 1L);
        assertThat(all.get(1).lastMillis()).isEqualTo(clock.millis());
        assertThat(listed(first)).extracting(RoomSummary::room).containsExactly(second, third);
        assertThat(await(book().rooms(first, 1))).hasSize(1);
    }

    private List<RoomSummary> listed(RoomId after) {
        return await(book().rooms(after, 1000)).stream()
                .filter(s -> s.room().realm().equals("listed"))
                .toList();
    }

    // --- for those who extend this

    protected final RoomId openedRoom() {
        RoomId room = freshRoom();
        open(room, Retention.EVERYTHING);
        return room;
    }

    protected final void open(RoomId room, Retention retention) {
        await(log().open(room, retention));
    }

    protected final List<KeptEvent.MessagePosted> postAll(RoomId room, String... ids) {
        List<KeptEvent.MessagePosted> stored = new ArrayList<>();
        for (String id : ids) stored.add((KeptEvent.MessagePosted) change(room, post(id)));
        return stored;
    }

    protected final KeptEvent change(RoomId room, Change change) {
        RoomLog.Appended appended = await(log().append(draft(room, change, clock.millis())));
        assertThat(appended).isInstanceOf(RoomLog.Appended.Stored.class);
        return ((RoomLog.Appended.Stored) appended).entry();
    }

    protected final Message find(RoomId room, String id) {
        return await(book().find(room, id)).orElseThrow();
    }

    protected final Page page(RoomId room, From from, int limit) {
        return await(book().page(room, from, limit));
    }

    protected static void assertPage(Page page, boolean complete, String... ids) {
        assertThat(page.messages()).extracting(Message::id).containsExactly(ids);
        assertThat(page.complete()).isEqualTo(complete);
    }

    protected static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, SECONDS).join();
    }
}
