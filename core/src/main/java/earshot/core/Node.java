package earshot.core;

import earshot.core.history.MessageBook;
import earshot.core.history.RoomLog;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.Tag;
import earshot.core.message.UserId;
import earshot.core.presence.MemberBook;
import earshot.core.presence.PresenceBoard;
import earshot.core.room.Realms;
import earshot.core.room.RoomAudience;
import earshot.core.session.Connections;
import earshot.core.session.Gatekeeper;
import earshot.core.session.Session;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.core.time.Loops;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The front door of the domain. Methods say which thread may call them. Nothing here blocks.
 */
public final class Node {
    /** Everything a node is made of. */
    public record Parts(
            long incarnation,
            Loops loops,
            Clock clock,
            Realms realms,
            Gatekeeper gatekeeper,
            RoomLog log,
            MessageBook book,
            PresenceBoard board,
            MemberBook members,
            RoomAudience.Factory audiences,
            Connections connections,
            Meter meter,
            NodeLimits limits) {}

    /**
     * @param roomsPerSession beyond it a join is refused with TOO_MANY_ROOMS; a dialect may have a lower limit of its own
     * @param appendsInFlightPerRoom beyond it a publish is refused with UNAVAILABLE
     * @param waitingPerMember commands of one session that wait in one room behind its appends or its join; beyond it refused with BUSY
     */
    public record NodeLimits(int roomsPerSession, int appendsInFlightPerRoom, int waitingPerMember) {
        public static final NodeLimits DEFAULT = new NodeLimits(1000, 4096, 256);
    }

    public Node(Parts parts) {
        throw new AssertionError("to be built");
    }

    /** Any thread. */
    public SessionId nextSessionId() {
        throw new AssertionError("to be built");
    }

    /** The session's home loop, once, before anything else of the session. */
    public void connected(Session session) {
        throw new AssertionError("to be built");
    }

    /** The session's home loop. Answered through {@link Connections#reply}, in order per room. */
    public void submit(Session session, Command command, Tag tag) {
        throw new AssertionError("to be built");
    }

    /** The session's home loop, once. Leaves every room; with a grace where the reason and the room's rules say so. */
    public void disconnected(Session session, CloseReason reason) {
        throw new AssertionError("to be built");
    }

    /**
     * Any thread. Holds one of a room's places for a client that is still at its handshake, so that a full room can be said before the
     * upgrade; completes with null when the room is full. The next join of the room by the session that holds it uses it up.
     */
    public CompletionStage<@Nullable Reservation> reserve(RoomId room) {
        throw new AssertionError("to be built");
    }

    /** A place held in a room; given back by {@link #release} or used by {@link #use}, whichever comes first. */
    public interface Reservation {
        RoomId room();

        /** Any thread. The session's next join of this room takes this place. Call before that join. */
        void use(Session session);

        /** Any thread. No effect after use. */
        void release();
    }

    /**
     * Any thread. The server's own doing, with every permission: Publish, Vote, Type, SetStatus, ReadHistory, ReadPresence, Relay.
     *
     * @param as who is said to have done it; null where the command needs nobody
     */
    public CompletionStage<Reply> serve(Command command, @Nullable Profile as) {
        throw new AssertionError("to be built");
    }

    /** Any thread. Tells every session of the user on this node; completes with how many there were. */
    public CompletionStage<Integer> notify(Event.Notified event) {
        throw new AssertionError("to be built");
    }

    /** Any thread. Rooms that are open on this node, in name order. */
    public CompletionStage<List<RoomInfo>> rooms() {
        throw new AssertionError("to be built");
    }

    public record RoomInfo(RoomId room, int sessions, int users) {}

    /** Any thread. Sessions of this node, newest last; of one user when given. At most {@code limit}. */
    public CompletionStage<List<SessionInfo>> sessions(@Nullable UserId user, int limit) {
        throw new AssertionError("to be built");
    }

    public record SessionInfo(Session session, List<RoomId> rooms) {}

    /** Any thread. Closes the user's sessions (or the one session); completes with how many. */
    public CompletionStage<Integer> disconnect(UserId user, CloseReason reason) {
        throw new AssertionError("to be built");
    }

    public CompletionStage<Integer> disconnect(SessionId session, CloseReason reason) {
        throw new AssertionError("to be built");
    }

    /**
     * Any thread. From now on joins of new sessions are refused with BUSY; members stay; what members say is still stored and told. The gateway
     * says goodbye to sessions; completes when every append in flight is answered.
     */
    public CompletionStage<Void> drain() {
        throw new AssertionError("to be built");
    }
}
