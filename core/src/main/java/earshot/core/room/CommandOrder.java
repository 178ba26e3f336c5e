package earshot.core.room;

import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Problem;
import earshot.core.message.Tag;
import earshot.core.session.Session;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Commands of one session run one after the other: behind a join, an append (but for posts, whose order the log keeps) or a question to the book they
 * wait, in their seat. So neither a leave nor the session's end overtakes its last message. Confined to the room's loop.
 */
final class CommandOrder {
    /** What comes when its time has come. Must not throw: others wait behind it. */
    interface Turns {
        void run(Seat seat, Command command, Tag tag, long join);

        /** The session's end. */
        void end(Seat seat, CloseReason reason);

        /** The seat is gone; a command after it may make a new one. */
        void again(Session session, Seat.Waiting item);
    }

    private final Rooms.Parts parts;
    private final Rooms rooms;
    private final Turns turns;

    CommandOrder(Rooms.Parts parts, Rooms rooms, Turns turns) {
        this.parts = parts;
        this.rooms = rooms;
        this.turns = turns;
    }

    void onCommand(Seat seat, Command command, Tag tag, long join) {
        if (!seat.hasWaiting() && !seat.mustWait(command)) turns.run(seat, command, tag, join);
        else await(seat, new Seat.Waiting(command, tag, join, null));
    }

    /** A leave is never refused, since that would keep the session in; but two at the end of the line are one too many. */
    private void await(Seat seat, Seat.Waiting item) {
        ArrayDeque<Seat.Waiting> waiting = seat.waiting;
        boolean full = waiting != null && waiting.size() >= parts.waitingPerMember();
        boolean leave = item.command() instanceof Command.Leave;
        boolean leavesTwice =
                waiting != null && !waiting.isEmpty() && waiting.getLast().command() instanceof Command.Leave;
        if (full && (!leave || leavesTwice))
            rooms.asker(seat.session, item.tag()).refuse(Problem.BUSY);
        else seat.await(item);
    }

    /** Nothing more comes from the session: its end is the last in the line. */
    void onGone(Seat seat, CloseReason reason) {
        boolean saysNothing = seat.state == Seat.State.JOINING && !saysSomethingLater(seat);
        if (saysNothing || (!seat.hasWaiting() && !seat.mustWait(null))) turns.end(seat, reason);
        else seat.await(new Seat.Waiting(null, Tag.NONE, seat.join, reason));
    }

    private static boolean saysSomethingLater(Seat seat) {
        return seat.waiting != null && seat.waiting.stream().anyMatch(w -> w.command() instanceof Command.Publish);
    }

    /** Goes on with what waited; stops at what must wait again. */
    void goOn(Seat seat) {
        while (seat.hasWaiting()) {
            ArrayDeque<Seat.Waiting> waiting = Objects.requireNonNull(seat.waiting);
            if (seat.state == Seat.State.GONE) {
                goOnOutside(seat.session, waiting);
                return;
            }
            if (seat.mustWait(waiting.getFirst().command())) return;
            Seat.Waiting next = waiting.removeFirst();
            if (next.command() != null) turns.run(seat, next.command(), next.tag(), next.join());
            else turns.end(seat, next.reason());
        }
    }

    private void goOnOutside(Session session, ArrayDeque<Seat.Waiting> waiting) {
        for (Seat.Waiting next = waiting.poll(); next != null; next = waiting.poll()) turns.again(session, next);
    }

    /** Asks an engine for one command; what the session says next waits for the answer. Null: the engine has none. */
    <T> void ask(Asker asker, Actor actor, Supplier<CompletionStage<T>> question, Consumer<@Nullable T> answer) {
        Seat seat = actor.seat();
        if (seat != null) seat.paused = true;
        rooms.ask(question, (value, failure) -> {
            rooms.step(asker, () -> answer.accept(value));
            if (seat == null) return;
            seat.paused = false;
            goOn(seat);
        });
    }
}
