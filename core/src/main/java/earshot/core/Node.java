package earshot.core;

import earshot.core.history.MessageBook;
import earshot.core.history.RoomLog;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Emission;
import earshot.core.message.Emitted;
import earshot.core.message.Event;
import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.Tag;
import earshot.core.message.UserId;
import earshot.core.presence.MemberBook;
import earshot.core.presence.PresenceBoard;
import earshot.core.product.ProductFeed;
import earshot.core.relay.RoomRelay;
import earshot.core.relay.SessionAge;
import earshot.core.room.AppendsInFlight;
import earshot.core.room.Realms;
import earshot.core.room.RoomAudience;
import earshot.core.room.Rooms;
import earshot.core.session.Connections;
import earshot.core.session.Gatekeeper;
import earshot.core.session.Session;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import earshot.core.time.Loop;
import earshot.core.time.Loops;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The front door of the domain. Methods say which thread may call them. Nothing here blocks. What is asked here is about this node; {@link Everywhere}
 * asks the others too.
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
            RoomRelay relay,
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

    private final Parts parts;
    private final AtomicLong serial = new AtomicLong();
    private final AppendsInFlight appends = new AppendsInFlight();
    private final Floor floor;
    private final Census census;
    private final Emitting emitting;
    private volatile boolean draining;

    public Node(Parts parts) {
        this.parts = parts;
        this.floor = new Floor(parts.loops(), parts.meter(), loop -> new Rooms(roomParts(loop)));
        this.census = new Census(floor);
        this.emitting = new Emitting(parts.loops(), floor, parts.connections(), parts.clock());
    }

    private Rooms.Parts roomParts(Loop loop) {
        return new Rooms.Parts(
                parts.incarnation(),
                loop,
                parts.clock(),
                parts.realms(),
                parts.gatekeeper(),
                parts.log(),
                parts.book(),
                parts.board(),
                parts.relay(),
                parts.members(),
                parts.audiences(),
                parts.connections(),
                parts.meter(),
                this::onOutside,
                appends,
                parts.limits().appendsInFlightPerRoom(),
                parts.limits().waitingPerMember());
    }

    // --- sessions, on their home loop

    /** Which run of which node this is. */
    public long incarnation() {
        return parts.incarnation();
    }

    /** Any thread. */
    public SessionId nextSessionId() {
        return new SessionId(parts.incarnation(), serial.incrementAndGet());
    }

    /** The session's home loop, once, before anything else of the session. */
    public void connected(Session session) {
        assert session.home().isCurrent();
        floor.desk(session).add(session);
    }

    /**
     * The session's home loop. Answered through {@link Connections#reply}, in order per room; but for a refusal of what was never taken
     * (BUSY, TOO_MANY_ROOMS), which comes at once.
     */
    public void submit(Session session, Command command, Tag tag) {
        assert session.home().isCurrent();
        Desk.Resident resident = floor.desk(session).find(session.id());
        if (resident == null) {
            refuse(session, tag, Problem.NOT_FOUND);
            return;
        }
        Problem problem = problemWith(resident, command);
        if (problem == null) hop(resident, command, tag);
        else refuse(session, tag, problem);
    }

    private @Nullable Problem problemWith(Desk.Resident resident, Command command) {
        if (!(command instanceof Command.Join) || resident.rooms.containsKey(command.room())) return null;
        if (draining) return Problem.BUSY;
        return resident.rooms.size() >= parts.limits().roomsPerSession() ? Problem.TOO_MANY_ROOMS : null;
    }

    private void hop(Desk.Resident resident, Command command, Tag tag) {
        Session session = resident.session;
        Loop loop = floor.home(command.room());
        long join = command instanceof Command.Join ? resident.join(command.room()) : 0;
        if (loop.isCurrent()) {
            floor.rooms(loop).submit(session, command, tag, join);
        } else if (!floor.offer(loop, () -> floor.rooms(loop).submit(session, command, tag, join))) {
            if (join != 0) resident.leave(command.room(), join);
            refuse(session, tag, Problem.BUSY);
            return;
        }
        if (command instanceof Command.Leave) resident.rooms.remove(command.room());
    }

    private void refuse(Session session, Tag tag, Problem problem) {
        parts.meter().add(Metric.REFUSALS, 1, problem.code());
        parts.connections().reply(session, tag, Reply.Refused.of(problem));
    }

    /** The session's home loop, once. Leaves every room; with a grace where the reason and the room's rules say so. */
    public void disconnected(Session session, CloseReason reason) {
        assert session.home().isCurrent();
        Desk.Resident resident = floor.desk(session).remove(session);
        if (resident == null) return;
        for (RoomId room : resident.rooms.keySet()) floor.at(room, there -> there.disconnected(session, room, reason));
    }

    /** A room's loop says that a session is not in it after all. */
    private void onOutside(Session session, RoomId room, long join, boolean revoked) {
        Runnable fact = () -> {
            Desk.Resident resident = floor.desk(session).find(session.id());
            if (resident == null || !resident.leave(room, join)) return;
            if (revoked && resident.rooms.isEmpty()) parts.connections().close(session, CloseReason.REVOKED);
        };
        if (session.home().isCurrent()) fact.run();
        else session.home().post(fact);
    }

    /**
     * Any thread. Asks the gatekeeper again about every room that the user's sessions are in. Who may not be there any more is taken out of it;
     * a session that is left without a room is closed with REVOKED.
     */
    public void recheck(UserId user) {
        var _ = floor.onEach(user, resident -> {
            for (RoomId room : resident.rooms.keySet()) floor.at(room, there -> there.recheck(resident.session, room));
        });
    }

    /** Any thread. Closes the sessions that are in a room, in the way that makes them come back: its name means another room now. */
    public void sendBack(RoomId room) {
        floor.at(room, there -> there.sendBack(room));
    }

    // --- places

    /**
     * Any thread. Holds one of a room's places for a client that is still at its handshake, so that a full room can be said before the
     * upgrade; completes with null when the room is full, and fails with {@link RejectedExecutionException} when its loop has too much to do. The
     * next join of the room by the session that holds it uses it up. A place that nobody joined for half a minute is given back.
     */
    public CompletionStage<@Nullable Reservation> reserve(RoomId room) {
        CompletableFuture<@Nullable Reservation> answer = new CompletableFuture<>();
        boolean taken = floor.offer(room, there -> {
            Rooms.Place place = there.reserve(room);
            answer.complete(place == null ? null : new HeldPlace(place));
        });
        if (!taken) answer.completeExceptionally(new RejectedExecutionException("the room's loop takes no more"));
        return answer;
    }

    /** A place held in a room; given back by {@link #release} or used by {@link #use}, whichever comes first. */
    public interface Reservation {
        RoomId room();

        /** Any thread. The session's next join of this room takes this place. Call before that join. */
        void use(Session session);

        /** Any thread. No effect after use. */
        void release();
    }

    // --- the server's own

    /**
     * Any thread. The server's own doing, with every permission: Publish, Vote, Type, SetStatus, ReadHistory, ReadPresence, Relay. Never fails;
     * what could not be done is {@link Reply.Refused}.
     *
     * @param as who is said to have done it; null where the command needs nobody
     */
    public CompletionStage<Reply> serve(Command command, @Nullable Profile as) {
        CompletableFuture<Reply> answer = new CompletableFuture<>();
        if (!floor.offer(command.room(), there -> there.serve(command, as, answer)))
            answer.complete(Reply.Refused.of(Problem.BUSY));
        return answer;
    }

    /** Any thread. Tells every session of the user on this node; completes with how many there were. */
    public CompletionStage<Integer> notify(Event.Notified event) {
        return floor.onEach(event.user(), resident -> parts.connections().tell(resident.session, event));
    }

    /**
     * Any thread. Tells the sessions of this node that it is for what a product emits, and gathers their answers. Fails with
     * {@link RejectedExecutionException} while too many others are under way.
     */
    public CompletionStage<Emitted> emit(Emission emission) {
        return emitting.emit(emission);
    }

    /** For what a product says on channels of its own. Thread-safe. */
    public ProductFeed.Here productSide() {
        return new ProductSide(this, floor);
    }

    // --- for operators

    /** Any thread. Rooms that are open on this node, in name order. */
    public CompletionStage<List<RoomInfo>> rooms() {
        return census.rooms();
    }

    public record RoomInfo(RoomId room, int sessions, int users) {}

    /**
     * Any thread. Sessions of this node, newest last; of one user when given, and older than {@code before} when given. At most {@code limit},
     * the newest.
     */
    public CompletionStage<List<SessionInfo>> sessions(@Nullable UserId user, @Nullable SessionAge before, int limit) {
        return census.sessions(user, before, limit);
    }

    public record SessionInfo(Session session, List<RoomId> rooms) {}

    /** Any thread. Closes the user's sessions (or the one session); completes with how many. */
    public CompletionStage<Integer> disconnect(UserId user, CloseReason reason) {
        return floor.onEach(user, resident -> parts.connections().close(resident.session, reason));
    }

    public CompletionStage<Integer> disconnect(SessionId session, CloseReason reason) {
        return floor.onEvery(loop -> {
            Desk.Resident here = floor.desk(loop).find(session);
            if (here == null) return 0;
            parts.connections().close(here.session, reason);
            return 1;
        });
    }

    /**
     * Any thread. From now on joins of new sessions are refused with BUSY; members stay; what members say is still stored and told. The gateway
     * says goodbye to sessions; completes when every append in flight is answered. From now on nobody whom the server closes is said to have left:
     * they come back.
     */
    public CompletionStage<Void> drain() {
        draining = true;
        return floor.onEvery(loop -> {
                    floor.rooms(loop).drain();
                    return 0;
                })
                .thenCompose(_ -> appends.none());
    }
}
