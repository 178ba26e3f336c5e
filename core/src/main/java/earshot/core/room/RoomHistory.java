package earshot.core.room;

import earshot.core.history.MessageBook;
import earshot.core.history.RoomLog;
import earshot.core.message.Command.From;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.MessageWindow;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import earshot.core.telemetry.Metric;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A room's place in its log. Confined to the room's loop. Entries come by append results, by the feed and by reads; whichever is first,
 * each is applied once, in position order, and told to {@link Applied}.
 *
 * <h2>Why the newest messages fit the position</h2>
 * A page of the book is read at some moment, the log goes on. Every entry that may be newer than the page is applied to it (again, which does no
 * harm: see {@link NewestMessages#apply}): those that were applied since the page was asked for, and those that a read of the log finds after the
 * page has come. That read reaches at least as far as the page, since log and book are written together. Only then may anybody join.
 */
final class RoomHistory {
    private static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int READ = 1000;

    /** Who is told of entries. */
    interface Applied {
        void onApplied(KeptEvent entry);

        /** {@link #position} may have moved; called after any number of entries. */
        void onMoved();
    }

    private record Waiter(Runnable ready, Runnable failed) {}

    private final RoomId room;
    private final RoomRules rules;
    private final Rooms.Parts parts;
    private final Rooms rooms;
    private final Applied applied;
    private final RecentEntries recent = new RecentEntries();
    private final NewestMessages newest;
    private final List<Waiter> waiters = new ArrayList<>();
    /** Who waits for a read of the log that has not begun, and who for the one that runs. */
    private final List<Runnable> asked = new ArrayList<>(0);

    private final List<Runnable> reading = new ArrayList<>(0);
    private RoomLog.@Nullable Following following;
    private Position position = Position.START;
    private boolean opening;
    private boolean open;
    private boolean closed;
    private boolean windowReady;
    private boolean pageAsked;
    private boolean pageHere;
    private boolean catching;
    private boolean again;
    private boolean lost;
    private Position pageAskedAt = Position.START;

    RoomHistory(RoomId room, RoomRules rules, Rooms.Parts parts, Rooms rooms, Applied applied) {
        this.room = room;
        this.rules = rules;
        this.parts = parts;
        this.rooms = rooms;
        this.applied = applied;
        this.newest = new NewestMessages(rules);
    }

    /** The last entry that was applied. */
    Position position() {
        return position;
    }

    /** Runs one of the two: at once when the room can be joined, else when it can be or cannot. */
    void whenReady(Runnable ready, Runnable failed) {
        if (windowReady && newest.isShort()) windowReady = false;
        if (windowReady) {
            ready.run();
            return;
        }
        waiters.add(new Waiter(ready, failed));
        if (!open) open();
        else if (!pageAsked && !catching) askForPage();
    }

    boolean isReady() {
        return windowReady && !newest.isShort();
    }

    MessageWindow window(int limit) {
        return newest.window(limit, parts.clock().millis());
    }

    @Nullable
    Message find(String messageId) {
        return windowReady ? newest.find(messageId) : null;
    }

    boolean isClosed() {
        return closed;
    }

    void close() {
        closed = true;
        if (following != null) following.stop();
        if (open) parts.log().release(room);
        reading.addAll(asked);
        asked.clear();
        tellCurrent();
    }

    // --- opening

    private void open() {
        if (opening) return;
        opening = true;
        ask(() -> parts.log().open(room, rules.retention()), (top, failure) -> {
            opening = false;
            if (top == null) fail();
            else onOpened(top);
        });
    }

    private void onOpened(Position top) {
        open = true;
        position = top;
        recent.reset(top);
        following = parts.log().follow(room, new LogFeed(rooms, this));
        askForPage();
    }

    // --- the window

    private void askForPage() {
        windowReady = false;
        pageHere = false;
        if (newest.size() == 0) {
            pageHere = true;
            newest.reset(List.of(), true);
            catchUp();
            return;
        }
        pageAsked = true;
        pageAskedAt = position;
        ask(() -> parts.book().page(room, new From.Newest(), newest.size()), (page, failure) -> {
            pageAsked = false;
            if (page == null) fail();
            else onPage(page);
        });
    }

    private void onPage(MessageBook.Page page) {
        Optional<List<KeptEvent>> since = recent.after(pageAskedAt);
        if (since.isEmpty()) {
            askForPage();
            return;
        }
        pageHere = true;
        newest.reset(page.messages(), page.complete());
        for (KeptEvent entry : since.get()) newest.apply(entry);
        catchUp();
    }

    private void fail() {
        List<Waiter> told = List.copyOf(waiters);
        waiters.clear();
        for (Waiter waiter : told) waiter.failed.run();
        tellCurrent();
    }

    // --- entries

    /** An entry that the log has, from wherever it came. */
    void onEntry(KeptEvent entry) {
        if (!open || closed || !entry.position().isAfter(position)) return;
        if (isNext(entry.position())) {
            apply(entry);
            applied.onMoved();
        } else {
            parts.meter().add(Metric.GAPS, 1);
            catchUp();
        }
    }

    private boolean isNext(Position p) {
        return p.epoch() == position.epoch() && p.offset() == position.offset() + 1;
    }

    private void apply(KeptEvent entry) {
        if (entry.position().epoch() != position.epoch())
            recent.reset(new Position(entry.position().epoch(), entry.position().offset() - 1));
        position = entry.position();
        recent.add(entry);
        newest.apply(entry);
        applied.onApplied(entry);
    }

    /** Reads the log from where the room is until there is no more. One read at a time. */
    void catchUp() {
        if (!open || closed) return;
        if (catching) {
            again = true;
            return;
        }
        catching = true;
        again = false;
        reading.addAll(asked);
        asked.clear();
        ask(() -> parts.log().read(room, position, READ), (slice, failure) -> {
            catching = false;
            if (slice == null) onUnread();
            else onSlice(slice);
        });
    }

    private void onUnread() {
        fail();
        parts.loop().deadlines().at(parts.clock().nanos() + RETRY_NANOS, () -> rooms.turn(this::catchUp));
    }

    private void onSlice(RoomLog.Slice slice) {
        if (!slice.reached()) lost = true;
        for (KeptEvent entry : slice.entries()) if (entry.position().isAfter(position)) apply(entry);
        if (slice.entries().isEmpty() && slice.top().isAfter(position)) moveTo(slice.top());
        if (again || slice.top().isAfter(position)) {
            catchUp();
            applied.onMoved();
            return;
        }
        if (lost) {
            lost = false;
            parts.meter().add(Metric.GAPS, 1);
            if (!pageAsked) askForPage();
        } else if (pageHere) {
            windowReady = true;
        }
        applied.onMoved();
        tellCurrent();
        if (isReady()) tellWaiters();
        else if (windowReady && !waiters.isEmpty()) askForPage();
    }

    /** What was between is gone: members go on from here. */
    private void moveTo(Position top) {
        position = top;
        recent.reset(top);
        lost = true;
    }

    private void tellWaiters() {
        List<Waiter> told = List.copyOf(waiters);
        waiters.clear();
        for (Waiter waiter : told) waiter.ready.run();
    }

    /** Entries between two moments of this room; nothing when that is too long ago. */
    Optional<List<KeptEvent>> after(Position since) {
        return since.isAfter(position) ? Optional.empty() : recent.after(since);
    }

    /** Runs it when everything is applied that the log has now, or when that cannot be known. */
    void whenCurrent(Runnable then) {
        if (!open || closed) {
            then.run();
            return;
        }
        asked.add(then);
        catchUp();
    }

    private void tellCurrent() {
        List<Runnable> told = List.copyOf(reading);
        reading.clear();
        for (Runnable then : told) then.run();
    }

    // --- engines

    /** When a bug stops the answer, nobody waits for ever. */
    private <T> void ask(Supplier<CompletionStage<T>> question, BiConsumer<@Nullable T, @Nullable Throwable> answer) {
        rooms.ask(question, (value, failure) -> {
            if (!closed && !rooms.shielded("room", () -> answer.accept(value, failure))) fail();
        });
    }
}
