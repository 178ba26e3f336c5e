package earshot.core.room;

import earshot.core.message.RoomId;
import earshot.core.presence.MemberBook;
import earshot.core.time.Deadlines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From the first who needs a room until a while after the last. Confined to the room's loop.
 *
 * <p>A room is open when its log is, when it knows whom the last process left in it, so that nobody who joins takes those who come back for new, when the
 * board has said who is here, and when other nodes have said their latest values.
 */
final class RoomLife {
    private static final long LINGER_NANOS = Duration.ofSeconds(5).toNanos();

    /** What the room is used for. */
    interface Use {
        boolean isIdle();

        /** Nobody used it for a while, and nobody will again. */
        void onClosed();
    }

    /** Whether the room knows who is expected back, and who is here. */
    private enum Opening {
        NOT_YET,
        ASKED,
        DONE
    }

    private final RoomId room;
    private final Rooms.Parts parts;
    private final Rooms rooms;
    private final RoomHistory history;
    private final RoomPresence presence;
    private final Elsewhere elsewhere;
    private final Use use;
    private final List<Runnable> untilPresenceKnown = new ArrayList<>();
    private Opening opening = Opening.NOT_YET;
    private boolean closed;
    private Deadlines.@Nullable Deadline closing;

    RoomLife(
            RoomId room,
            Rooms.Parts parts,
            Rooms rooms,
            RoomHistory history,
            RoomPresence presence,
            Elsewhere elsewhere,
            Use use) {
        this.room = room;
        this.parts = parts;
        this.rooms = rooms;
        this.history = history;
        this.presence = presence;
        this.elsewhere = elsewhere;
        this.use = use;
    }

    boolean isClosed() {
        return closed;
    }

    // --- opening

    /** Runs one of the two: at once when the room is open, else when it is or cannot be. */
    void whenOpen(Runnable open, Runnable failed) {
        if (opening == Opening.NOT_YET) {
            elsewhere.open();
            expectReturns();
        }
        history.whenReady(() -> whenPresenceKnown(() -> elsewhere.whenReady(open)), failed);
    }

    private void whenPresenceKnown(Runnable then) {
        if (opening == Opening.DONE) then.run();
        else untilPresenceKnown.add(then);
    }

    private void expectReturns() {
        opening = Opening.ASKED;
        if (!rooms.expectsReturns(room)) {
            onReturnsKnown(List.of());
            return;
        }
        rooms.ask(
                () -> parts.members().returning(room),
                (returning, failure) -> onReturnsKnown(returning == null ? List.of() : returning));
    }

    private void onReturnsKnown(List<MemberBook.Returning> returning) {
        if (closed || opening == Opening.DONE) return;
        if (!returning.isEmpty()) rooms.returnsExpected(room);
        presence.expect(returning);
        presence.open(this::onPresenceKnown);
    }

    private void onPresenceKnown() {
        if (closed) return;
        opening = Opening.DONE;
        List<Runnable> waited = List.copyOf(untilPresenceKnown);
        untilPresenceKnown.clear();
        for (Runnable then : waited) then.run();
    }

    // --- closing

    /** Somebody needs the room. */
    void stayOpen() {
        if (closing != null) closing.cancel();
        closing = null;
    }

    /** Somebody does not need it any more: perhaps it was the last. */
    void maybeIdle() {
        if (closed || closing != null || !use.isIdle()) return;
        closing = parts.loop().deadlines().at(parts.clock().nanos() + LINGER_NANOS, () -> rooms.turn(this::onLingered));
    }

    private void onLingered() {
        closing = null;
        if (closed || !use.isIdle()) return;
        closed = true;
        use.onClosed();
    }
}
