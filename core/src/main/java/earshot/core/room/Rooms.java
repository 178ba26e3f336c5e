package earshot.core.room;

import earshot.core.history.MessageBook;
import earshot.core.history.RoomLog;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.Tag;
import earshot.core.presence.MemberBook;
import earshot.core.presence.PresenceBoard;
import earshot.core.relay.RoomRelay;
import earshot.core.relay.StampClock;
import earshot.core.session.Connections;
import earshot.core.session.Gatekeeper;
import earshot.core.session.Session;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import earshot.core.time.Loop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The rooms of one loop. Confined to it, but for {@link #onLoop} and {@link Place}. What they do, they do in {@link RoomTurns}. */
public final class Rooms {
    private static final System.Logger LOG = System.getLogger(Rooms.class.getName());

    /** What rooms are made of. */
    public record Parts(
            long incarnation,
            Loop loop,
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
            Homes homes,
            AppendsInFlight appends,
            int appendsInFlightPerRoom,
            int waitingPerMember) {}

    /** A place held in a room. Thread-safe. */
    public interface Place {
        RoomId room();

        void use(Session session);

        void release();
    }

    /** One room as operators see it. */
    public record OpenRoom(RoomId room, int sessions, int users) {}

    private final Parts parts;
    private final Map<RoomId, Room> rooms = new HashMap<>();
    /** Rooms whose returning users were expected once: they are not expected again when the room opens again. */
    private final Set<RoomId> expected = new HashSet<>();

    private final RoomTurns turns;
    private final StampClock stamps;
    private final PassedOnTheWay onTheWay = new PassedOnTheWay();
    private boolean draining;

    public Rooms(Parts parts) {
        this.parts = parts;
        this.turns = new RoomTurns(parts.loop(), parts.meter());
        this.stamps = new StampClock(parts.clock());
    }

    // --- for the node, on this loop

    /** @param join counts the joins of this session; see {@link Homes#onOutside} */
    public void submit(Session session, Command command, Tag tag, long join) {
        turn(() -> onCommand(session, command, tag, join));
    }

    private void onCommand(Session session, Command command, Tag tag, long join) {
        Room room = rooms.get(command.room());
        if (room == null && !(command instanceof Command.Join)) {
            answerOutside(session, command, tag);
            return;
        }
        Room here = room != null
                ? room
                : openOr(command.room(), problem -> {
                    parts.homes().onOutside(session, command.room(), join, false);
                    asker(session, tag).refuse(problem);
                });
        if (here != null) here.onCommand(session, command, tag, join);
    }

    public void disconnected(Session session, RoomId id, CloseReason reason) {
        turn(() -> {
            Room room = rooms.get(id);
            if (room != null) room.onGone(session, reason);
        });
    }

    public void recheck(Session session, RoomId id) {
        turn(() -> {
            Room room = rooms.get(id);
            if (room != null) room.onRecheck(session);
        });
    }

    public void sendBack(RoomId id) {
        turn(() -> {
            Room room = rooms.get(id);
            if (room != null) room.onSendBack();
        });
    }

    public void serve(Command command, @Nullable Profile as, CompletableFuture<Reply> answer) {
        turn(() -> {
            Room room = openOr(command.room(), problem -> answer.complete(Reply.Refused.of(problem)));
            if (room != null) room.onServe(command, Actor.server(as), answer);
        });
    }

    /** As {@link #serve}, but for this node only, and NOT_MEMBER when the room is not open. */
    public void hear(Command command, Profile as, CompletableFuture<Reply> answer) {
        turn(() -> {
            Room room = rooms.get(command.room());
            if (room != null) room.onServe(command, Actor.heard(as), answer);
            else answer.complete(Reply.Refused.of(Problem.NOT_MEMBER));
        });
    }

    /** Answers when a room has everything that the log has now, when that cannot be known, and when the room is not open. */
    public void catchUp(RoomId id, CompletableFuture<Reply> answer) {
        turn(() -> {
            Room room = rooms.get(id);
            if (room != null) room.onCatchUp(answer);
            else answer.complete(Reply.Done.INSTANCE);
        });
    }

    public boolean isOpen(RoomId room) {
        assert parts.loop().isCurrent();
        return rooms.containsKey(room);
    }

    /** Null when the room is full, or there is no such room. */
    public @Nullable Place reserve(RoomId id) {
        assert parts.loop().isCurrent();
        Room room = openOr(id, _ -> {});
        Reservations.Held held = room == null ? null : room.reserve();
        if (room == null || held == null) return null;
        return new Place() {
            @Override
            public RoomId room() {
                return id;
            }

            @Override
            public void use(Session session) {
                held.use(session);
            }

            @Override
            public void release() {
                if (held.release()) onLoop(() -> room.onReleased(held));
            }
        };
    }

    public List<OpenRoom> list() {
        assert parts.loop().isCurrent();
        List<OpenRoom> infos = new ArrayList<>(rooms.size());
        for (Room room : rooms.values()) infos.add(room.info());
        return infos;
    }

    /** From now on those who are closed with a reason to return are not said to have left. */
    public void drain() {
        assert parts.loop().isCurrent();
        draining = true;
    }

    // --- for rooms

    StampClock stamps() {
        return stamps;
    }

    PassedOnTheWay onTheWay() {
        return onTheWay;
    }

    boolean isDraining() {
        return draining;
    }

    /** Whether this is the first time in this process that the room opens. */
    boolean expectsReturns(RoomId room) {
        return !expected.contains(room);
    }

    void returnsExpected(RoomId room) {
        expected.add(room);
    }

    void closed(RoomId room) {
        rooms.remove(room);
    }

    /** Runs a piece of work of this loop, now or at the end of the turn that runs already. */
    void turn(Runnable work) {
        turns.turn(work);
    }

    /** What others do on a room's behalf must not stop the room in the middle of its work. Whether it was done to its end. */
    boolean shielded(String where, Runnable work) {
        return turns.shielded(where, work);
    }

    /** A step of one command. A bug there costs this command, not those that wait behind it. */
    void step(Asker asker, Runnable work) {
        if (!shielded("room", work)) asker.onFault();
    }

    Asker asker(Session session, Tag tag) {
        return new Asker(reply -> {
            if (reply instanceof Reply.Refused refused)
                parts.meter().add(Metric.REFUSALS, 1, refused.problem().code());
            if (reply instanceof Reply.Accepted) parts.meter().add(Metric.MESSAGES_SENT, 1, session.dialect());
            shielded("reply", () -> parts.connections().reply(session, tag, reply));
        });
    }

    /** A session that is not in the room. */
    void answerOutside(Session session, Command command, Tag tag) {
        Asker asker = asker(session, tag);
        if (command instanceof Command.Leave) asker.answer(Reply.Done.INSTANCE);
        else asker.refuse(Problem.NOT_MEMBER);
    }

    /** Any thread. A fact for this loop: now if it is here, else as soon as the loop comes to it. */
    void onLoop(Runnable fact) {
        turns.onLoop(fact);
    }

    /** Asks an engine; the answer comes on the loop. One of the answer's two arguments is null; both when the engine has nothing. */
    <T> void ask(Supplier<CompletionStage<T>> question, BiConsumer<@Nullable T, @Nullable Throwable> answer) {
        CompletionStage<T> stage;
        try {
            stage = Objects.requireNonNull(question.get(), "an engine answered without a stage");
        } catch (RuntimeException e) {
            turn(() -> answer.accept(null, e));
            return;
        }
        var _ = stage.whenComplete((value, failure) -> onLoop(() -> answer.accept(value, failure)));
    }

    /** The room; or null and why: NOT_FOUND when no realm that is on has such a room, that is when {@link Realms#rules} knows none. */
    private @Nullable Room openOr(RoomId id, Consumer<Problem> refusal) {
        try {
            return open(id);
        } catch (IllegalArgumentException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "no rules for room=" + id);
            refusal.accept(Problem.NOT_FOUND);
        } catch (RuntimeException e) {
            turns.onFault("room", e);
            refusal.accept(Problem.INTERNAL);
        }
        return null;
    }

    private Room open(RoomId id) {
        Room known = rooms.get(id);
        if (known != null) return known;
        Room room = new Room(id, parts, this);
        rooms.put(id, room);
        return room;
    }
}
