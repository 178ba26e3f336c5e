package earshot.core.room;

import earshot.core.history.RoomLog.Appended;
import earshot.core.message.Position;
import earshot.core.message.Problem;
import earshot.core.message.Reply;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A draft that was handed to the log. Confined to the room's loop. */
final class Append {
    final Asker asker;
    /** Null: the server's own. */
    final @Nullable Seat seat;

    final long startNanos;

    @Nullable
    Reply reply;
    /** The reply must not be given before the room is here. */
    Position due = Position.START;

    Append(Asker asker, @Nullable Seat seat, long startNanos) {
        this.asker = asker;
        this.seat = seat;
        this.startNanos = startNanos;
    }

    void stored(Appended.Stored stored) {
        var entry = stored.entry();
        due = entry.position();
        reply = new Reply.Accepted(
                entry.room(), entry.messageId(), entry.position(), entry.timestampMillis(), stored.repeated());
    }

    void refused(Problem problem) {
        due = Position.START;
        reply = Reply.Refused.of(problem);
    }

    void answer() {
        asker.answer(Objects.requireNonNull(reply));
    }
}
