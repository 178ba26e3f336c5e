package earshot.core;

import earshot.core.history.MessageBook;
import earshot.core.history.RoomLog;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
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
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The front door of the domain. Methods say which thread may call them. Nothing here blocks. What is asked here is about this node; {@link Everywhere}
 * asks the others too.
 */
public final class Node implements ProductFeed.Here {
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
            NodeLimits limits) {

        /** Of a node that is alone. */
        public Parts(
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
                NodeLimits limits) {
            this(
                    incarnation,
                    loops,
                    clock,
                    realms,
                    gatekeeper,
                    log,
                    book,
                    board,
                    RoomRelay.NONE,
                    members,
                    audiences,
                    connections,
                    meter,
                    limits);
        }
    }

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
    private final Desk[] desks;
    private final Rooms[] rooms;
    private volatile boolean draining;

    public Node(Parts parts) {
        this.parts = parts;
        int loops = parts.loops().count();
        desks = new Desk[loops];
        rooms = new Rooms[loops];
        for (int i = 0; i < loops; i++) {
            desks[i] = new Desk();
            rooms[i] = new Rooms(roomParts(parts.loops().loop(i)));
        }
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
        desk(session).add(session);
    }

    /**
     * The session's home loop. Answered through {@link Connections#reply}, in order per room; but for a refusal of what was never taken
     * (BUSY, TOO_MANY_ROOMS), which comes at once.
     */
    public void submit(Session session, Command command, Tag tag) {
        assert session.home().isCurrent();
        Desk.Resident resident = desk(session).find(session.id());
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
        Loop loop = parts.loops().of(command.room());
        long join = command instanceof Command.Join ? resident.join(command.room()) : 0;
        if (loop.isCurrent()) {
            rooms[loop.index()].submit(session, command, tag, join);
        } else if (!loop.offer(() -> rooms[loop.index()].submit(session, command, tag, join))) {
            parts.meter().add(Metric.LOOP_REFUSED, 1);
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
        Desk.Resident resident = desk(session).remove(session);
        if (resident == null) return;
        for (RoomId room : resident.rooms.keySet()) at(room, there -> there.disconnected(session, room, reason));
    }

    /** A room's loop says that a session is not in it after all. */
    private void onOutside(Session session, RoomId room, long join, boolean revoked) {
        Runnable fact = () -> {
            Desk.Resident resident = desk(session).find(session.id());
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
        var _ = onEveryLoop(loop -> {
            for (Desk.Resident resident : desks[loop.index()].of(user))
                for (RoomId room : resident.rooms.keySet()) at(room, there -> there.recheck(resident.session, room));
            return 0;
        });
    }

    /** Any thread. Closes the sessions that are in a room, in the way that makes them come back: its name means another room now. */
    public void sendBack(RoomId room) {
        at(room, there -> there.sendBack(room));
    }

    // --- places

    /**
     * Any thread. Holds one of a room's places for a client that is still at its handshake, so that a full room can be said before the
     * upgrade; completes with null when the room is full, and fails with {@link RejectedExecutionException} when its loop has too much to do. The next join of the room by the session that holds
     * it uses it up. A place that nobody joined for half a minute is given back.
     */
    public CompletionStage<@Nullable Reservation> reserve(RoomId room) {
        CompletableFuture<@Nullable Reservation> answer = new CompletableFuture<>();
        Loop loop = parts.loops().of(room);
        Runnable wish = () -> answer.complete(reserveHere(loop, room));
        if (loop.isCurrent()) {
            wish.run();
        } else if (!loop.offer(wish)) {
            parts.meter().add(Metric.LOOP_REFUSED, 1);
            answer.completeExceptionally(new RejectedExecutionException("the room's loop takes no more"));
        }
        return answer;
    }

    private @Nullable Reservation reserveHere(Loop loop, RoomId room) {
        Rooms.Place place = rooms[loop.index()].reserve(room);
        return place == null ? null : new Held(place);
    }

    /** A place held in a room; given back by {@link #release} or used by {@link #use}, whichever comes first. */
    public interface Reservation {
        RoomId room();

        /** Any thread. The session's next join of this room takes this place. Call before that join. */
        void use(Session session);

        /** Any thread. No effect after use. */
        void release();
    }

    private record Held(Rooms.Place place) implements Reservation {
        @Override
        public RoomId room() {
            return place.room();
        }

        @Override
        public void use(Session session) {
            place.use(session);
        }

        @Override
        public void release() {
            place.release();
        }
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
        Loop loop = parts.loops().of(command.room());
        Runnable wish = () -> rooms[loop.index()].serve(command, as, answer);
        if (loop.isCurrent()) {
            wish.run();
        } else if (!loop.offer(wish)) {
            parts.meter().add(Metric.LOOP_REFUSED, 1);
            answer.complete(Reply.Refused.of(Problem.BUSY));
        }
        return answer;
    }

    /** Any thread. Tells every session of the user on this node; completes with how many there were. */
    @Override
    public CompletionStage<Integer> notify(Event.Notified event) {
        return onEveryLoop(loop -> {
            List<Desk.Resident> here = desks[loop.index()].of(event.user());
            for (Desk.Resident resident : here) parts.connections().tell(resident.session, event);
            return here.size();
        });
    }

    @Override
    public void whenOpen(RoomId room, Runnable there, Runnable otherwise) {
        at(room, rooms -> (rooms.isOpen(room) ? there : otherwise).run());
    }

    @Override
    public CompletionStage<Reply> hear(Command command, Profile as) {
        CompletableFuture<Reply> answer = new CompletableFuture<>();
        at(command.room(), rooms -> rooms.hear(command, as, answer));
        return answer;
    }

    // --- for operators

    /** Any thread. Rooms that are open on this node, in name order. */
    public CompletionStage<List<RoomInfo>> rooms() {
        Queue<RoomInfo> found = new ConcurrentLinkedQueue<>();
        return onEveryLoop(loop -> {
                    for (Rooms.OpenRoom info : rooms[loop.index()].list()) {
                        found.add(new RoomInfo(info.room(), info.sessions(), info.users()));
                    }
                    return 0;
                })
                .thenApply(_ -> found.stream()
                        .sorted(Comparator.comparing(RoomInfo::room, RoomId.BY_NAME))
                        .toList());
    }

    public record RoomInfo(RoomId room, int sessions, int users) {}

    /** Any thread. Sessions of this node, newest last; of one user when given. At most {@code limit}, the newest. */
    public CompletionStage<List<SessionInfo>> sessions(@Nullable UserId user, int limit) {
        Queue<SessionInfo> found = new ConcurrentLinkedQueue<>();
        return onEveryLoop(loop -> {
                    Desk desk = desks[loop.index()];
                    for (Desk.Resident r : user == null ? desk.all() : desk.of(user)) {
                        found.add(new SessionInfo(r.session, List.copyOf(r.rooms.keySet())));
                    }
                    return 0;
                })
                .thenApply(_ -> newest(found, limit));
    }

    private static List<SessionInfo> newest(Collection<SessionInfo> found, int limit) {
        List<SessionInfo> sorted = found.stream()
                .sorted(Comparator.comparingLong(info -> info.session().id().serial()))
                .toList();
        return sorted.subList(Math.max(0, sorted.size() - limit), sorted.size());
    }

    public record SessionInfo(Session session, List<RoomId> rooms) {}

    /** Any thread. Closes the user's sessions (or the one session); completes with how many. */
    public CompletionStage<Integer> disconnect(UserId user, CloseReason reason) {
        return onEveryLoop(loop -> {
            List<Desk.Resident> here = desks[loop.index()].of(user);
            for (Desk.Resident resident : here) parts.connections().close(resident.session, reason);
            return here.size();
        });
    }

    public CompletionStage<Integer> disconnect(SessionId session, CloseReason reason) {
        return onEveryLoop(loop -> {
            Desk.Resident here = desks[loop.index()].find(session);
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
        return onEveryLoop(loop -> {
                    rooms[loop.index()].drain();
                    return 0;
                })
                .thenCompose(_ -> appends.none());
    }

    // --- loops

    private Desk desk(Session session) {
        return desks[session.home().index()];
    }

    /** A fact for the loop that owns a room. */
    private void at(RoomId room, Consumer<Rooms> fact) {
        Loop loop = parts.loops().of(room);
        if (loop.isCurrent()) fact.accept(rooms[loop.index()]);
        else loop.post(() -> fact.accept(rooms[loop.index()]));
    }

    /** Runs on each loop and adds up what comes out. */
    private CompletableFuture<Integer> onEveryLoop(ToIntFunction<Loop> work) {
        int count = parts.loops().count();
        CompletableFuture<Integer> sum = new CompletableFuture<>();
        AtomicInteger total = new AtomicInteger();
        AtomicInteger left = new AtomicInteger(count);
        for (int i = 0; i < count; i++) {
            Loop loop = parts.loops().loop(i);
            Runnable fact = () -> {
                total.addAndGet(work.applyAsInt(loop));
                if (left.decrementAndGet() == 0) sum.complete(total.get());
            };
            if (loop.isCurrent()) fact.run();
            else loop.post(fact);
        }
        return sum;
    }
}
