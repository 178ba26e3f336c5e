package earshot.core.room;

import earshot.core.message.Change;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.JoinOptions;
import earshot.core.message.KeptEvent;
import earshot.core.message.Position;
import earshot.core.message.Profile;
import earshot.core.message.Tag;
import earshot.core.session.Permission;
import earshot.core.session.Session;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One session in one room, from its join's arrival to its leaving. Confined to the room's loop. */
final class Seat {
    /** Where a seat stands. */
    enum State {
        /** The gatekeeper, the log or the board is being asked. */
        JOINING,
        /** It hears what the room tells. */
        IN,
        /** It is no longer among the room's seats. */
        GONE
    }

    /** A command that waits for those before it; or, without a command, the session's end. */
    record Waiting(
            @Nullable Command command,
            Tag tag,
            long join,
            @Nullable CloseReason end) {
        CloseReason reason() {
            return end == null ? CloseReason.CLIENT_LEFT : end;
        }
    }

    final Session session;
    final JoinOptions options;
    final Tag joinTag;
    /** In which spelling it hears; another one after a join that asks for it. */
    int variant;

    /** Which join of the session made this seat, as its home loop counts. */
    long join;

    State state = State.JOINING;
    Set<Permission> permissions = EnumSet.noneOf(Permission.class);
    /** A question about a command of this seat is under way: what comes after it waits. */
    boolean paused;

    boolean recheck;

    @Nullable
    List<KeptEvent> missed;

    Position missedUpTo = Position.START;
    /** Appends that are not answered, in their order. */
    @Nullable
    ArrayDeque<Append> appends;

    @Nullable
    ArrayDeque<Waiting> waiting;

    Seat(Session session, JoinOptions options, Tag joinTag, long join) {
        this.session = session;
        this.options = options;
        this.joinTag = joinTag;
        this.variant = options.variant();
        this.join = join;
    }

    /** Who it is in presence; null: nobody. */
    @Nullable
    Profile visible() {
        return options.silent() ? null : session.user();
    }

    boolean may(Permission permission) {
        return permissions.contains(permission);
    }

    boolean hasAppends() {
        return appends != null && !appends.isEmpty();
    }

    boolean hasWaiting() {
        return waiting != null && !waiting.isEmpty();
    }

    void await(Waiting item) {
        if (waiting == null) waiting = new ArrayDeque<>(4);
        waiting.add(item);
    }

    void await(Append append) {
        if (appends == null) appends = new ArrayDeque<>(2);
        appends.add(append);
    }

    /** Posts follow each other without waiting: the log keeps their order. */
    boolean mustWait(@Nullable Command command) {
        if (state == State.JOINING || paused) return true;
        return hasAppends() && !(command instanceof Command.Publish p && p.change() instanceof Change.Post);
    }
}
