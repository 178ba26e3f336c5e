package earshot.dialect.graphwiz;

import earshot.core.message.Audience;
import earshot.core.message.CloseReason;
import earshot.core.message.Event;
import earshot.core.message.Problem;
import earshot.core.message.RoomId;
import earshot.core.room.RoomAudience;
import earshot.core.session.Session;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.core.time.Loops;
import earshot.dialect.HttpResponse;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The rooms of this node that clients of this dialect may be in, each with its {@link World}. Stands between the node and its audiences; a room of another
 * dialect alone is not touched. Thread-safe.
 */
public final class Worlds {
    /** What is said to a room by its world. Any thread. */
    @FunctionalInterface
    public interface Line {
        /** To the room on all nodes, with every permission. */
        void relay(Event.Relayed event, Audience to);
    }

    /** Ends a session. Any loop. */
    @FunctionalInterface
    public interface Closing {
        void close(Session session, CloseReason reason);
    }

    record Parts(
            long incarnation,
            boolean isShared,
            GraphwizConfig config,
            Clock clock,
            Notices notices,
            Numbers numbers,
            Endings endings,
            Bans bans,
            Meter meter,
            Line line,
            Closing connections,
            Consumer<World> forget) {}

    private final Loops loops;
    private final Parts parts;
    private final Map<RoomId, World> worlds = new ConcurrentHashMap<>();
    private volatile @Nullable Line line;
    private volatile @Nullable Closing closing;

    Worlds(
            long incarnation,
            boolean isShared,
            GraphwizConfig config,
            Loops loops,
            Clock clock,
            Notices notices,
            Numbers numbers,
            Endings endings,
            Meter meter) {
        this.loops = loops;
        this.parts = new Parts(
                incarnation,
                isShared,
                config,
                clock,
                notices,
                numbers,
                endings,
                new Bans(config.rooms().kickBan(), clock),
                meter,
                this::relay,
                this::close,
                world -> worlds.remove(world.room(), world));
    }

    /** Once, before the first session. */
    public void attach(Line to, Closing by) {
        line = to;
        closing = by;
    }

    private void relay(Event.Relayed event, Audience to) {
        Line known = line;
        if (known != null) known.relay(event, to);
    }

    private void close(Session session, CloseReason reason) {
        Closing known = closing;
        if (known != null) known.close(session, reason);
    }

    /** The same audiences, with a world in each room where this dialect may be spoken. */
    public RoomAudience.Factory over(RoomAudience.Factory audiences) {
        return room -> {
            RoomAudience audience = audiences.open(room);
            boolean isOurs =
                    room.realm().equals(GraphwizDialect.NAME) || room.realm().equals(RoomId.MEETING);
            return isOurs ? open(room, audience) : audience;
        };
    }

    private World open(RoomId room, RoomAudience audience) {
        World known = worlds.get(room);
        if (known != null) {
            known.reopen(audience);
            return known;
        }
        var fresh = new World(room, parts, audience, loops.of(room));
        worlds.put(room, fresh);
        return fresh;
    }

    @Nullable
    World find(RoomId room) {
        World known = worlds.get(room);
        return known != null && known.isOpen() ? known : null;
    }

    Collection<World> all() {
        return worlds.values();
    }

    /** Runs on the loop of the room. */
    void onLoopOf(RoomId room, Runnable task) {
        loops.of(room).post(task);
    }

    /** Why somebody may not come into a room; null: they may. */
    @Nullable
    HttpResponse refusal(RoomId room, Door.Caller caller) {
        if (parts.bans().has(room, caller.userId(), caller.clientId())) return Refusals.forbidden(Refusals.KICKED);
        World world = find(room);
        if (world == null) return null;
        Member named = world.member(caller.clientId());
        boolean isKnownUser = caller.isKnown() || !caller.userId().isEmpty();
        if (named != null && isKnownUser && !isSame(named, caller)) return Refusals.forbidden(Refusals.TAKEN);
        if (world.isLocked() && !mayEnterLocked(world, named, caller)) return Refusals.forbidden(Refusals.LOCKED);
        boolean isFull = world.members().size() >= parts.config().rooms().capacity();
        return isFull && named == null ? Refusals.of(Problem.ROOM_FULL) : null;
    }

    private static boolean isSame(Member member, Door.Caller caller) {
        String user = caller.userId().isEmpty() ? caller.clientId() : caller.userId();
        return member.identity.userId().equals(user);
    }

    private static boolean mayEnterLocked(World world, @Nullable Member named, Door.Caller caller) {
        return named != null
                || Roles.isModerator(Roles.permissions(caller.roles()))
                || world.expects(caller.clientId(), caller.userId());
    }
}
