package earshot.engine.redis;

import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.presence.PresenceBoard;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Who is here, on any node: a stream of changes per room, whose versions Redis gives; each node keeps the rooms that it follows in its memory and answers
 * from there. Thread-safe; never blocks. Followers are called on any thread, under the room's lock.
 *
 * <h2>What it promises</h2>
 * <ul>
 *   <li>All nodes tell the changes of a room in one order. What was missed is read again.
 *   <li>Sessions belong to the node's incarnation ({@link NodeLife}). When a node dies, one of the others takes its sessions out of every room, in one step
 *       for each room, so everybody hears of it once. A node that was given up too early brings its sessions back itself.
 *   <li>While Redis is away a node goes on alone: its own sessions come and go for its own followers, the others stay as they were; when Redis is back the
 *       differences are told. A Redis that lost its data gets it back from the nodes; who is missing in it is only believed to be gone when nobody has
 *       brought them back after half of {@link NodeSettings#timeout}.
 *   <li>Users of a node that stopped in an orderly way, or that began anew, stay for {@link NodeSettings#returnWithin}. A session of theirs that comes
 *       meanwhile, on whatever node, replaces the one from before. So no {@link earshot.core.presence.MemberBook} is needed beside this board.
 * </ul>
 */
public final class RedisPresenceBoard implements PresenceBoard {
    private static final System.Logger LOG = System.getLogger(RedisPresenceBoard.class.getName());
    private static final long TICK_NANOS = Duration.ofMillis(250).toNanos();
    /** What Redis did is heard after milliseconds; after this it is taken for not heard. */
    private static final long LATE_NANOS = Duration.ofSeconds(1).toNanos();
    /** Who was away stays so for a moment, so that a Redis that does some things and not others costs no more than this. */
    private static final long AWAY_NANOS = Duration.ofMillis(500).toNanos();

    private final ConcurrentHashMap<RoomId, PresenceRoom> rooms = new ConcurrentHashMap<>();
    private final PresenceKeys keys;
    private final NodeLife life;
    private final Turns turns;
    private final Clock clock;
    private final Meter meter;
    private final PresenceMirror mirror;
    private final PresenceSender sender;
    private final PresenceReader reader;
    private final Home home = new Home();
    private final long lookNanos;
    private final long missingNanos;
    private long awaySinceNanos;
    private volatile boolean away;
    private volatile boolean closed;

    RedisPresenceBoard(
            RedisLink link,
            NodeLife life,
            NodeSettings settings,
            PresenceMirror mirror,
            Clock clock,
            RandomGenerator random,
            Meter meter) {
        this.life = life;
        this.turns = link.turns();
        this.clock = clock;
        this.meter = meter;
        this.mirror = link.isCluster() ? without(mirror) : mirror;
        keys = new PresenceKeys(link.partitions());
        lookNanos = settings.lookEvery().toNanos();
        missingNanos = settings.timeout().toNanos() / 2;
        var around = new Around();
        sender = new PresenceSender(link.batcher(), turns, clock, keys, around, random, meter, link.isCluster());
        reader = new PresenceReader(link.batcher(), link.subscriber(), turns, clock, around, random, meter);
        life.listen(new Life());
        turns.later(TICK_NANOS, this::tick);
        turns.later(lookNanos, this::look);
    }

    /** On a cluster the mirror lies in another slot than the room, where the room's script cannot reach it. */
    private static PresenceMirror without(PresenceMirror mirror) {
        if (!mirror.equals(PresenceMirror.NONE))
            LOG.log(
                    System.Logger.Level.WARNING,
                    "on a Redis Cluster no sets of present users are kept for other readers");
        return PresenceMirror.NONE;
    }

    // --- the port

    @Override
    public void enter(RoomId room, Entry entry) {
        in(room, here -> here.enter(entry));
    }

    @Override
    public void leave(RoomId room, SessionId session) {
        in(room, here -> here.leave(session));
    }

    @Override
    public void status(RoomId room, UserId user, String status) {
        in(room, here -> here.status(user, status));
    }

    @Override
    public Following follow(RoomId room, Follower follower) {
        in(room, here -> here.follow(follower));
        return () -> {
            PresenceRoom here = rooms.get(room);
            if (here != null) here.stop(follower);
        };
    }

    private void in(RoomId room, Predicate<PresenceRoom> act) {
        while (!act.test(rooms.computeIfAbsent(room, this::open))) Thread.onSpinWait();
    }

    private PresenceRoom open(RoomId room) {
        return new PresenceRoom(room, keys.room(room), Partitions.of(room), home);
    }

    /** Waits until Redis has heard what was said, while it is there. */
    void awaitSent(long seconds) {
        long until = clock.nanos() + TimeUnit.SECONDS.toNanos(seconds);
        while (!away && !isQuiet() && clock.nanos() - until < 0) LockSupport.parkNanos(5_000_000);
    }

    /** Says nothing any more; what Redis has stays there until the incarnation is swept. */
    void close() {
        closed = true;
    }

    /** Whether a session of this node's has the user in the room. */
    boolean hasOwn(RoomId room, UserId user) {
        PresenceRoom here = rooms.get(room);
        return here != null && here.hasOwn(user);
    }

    boolean isQuiet() {
        CompletableFuture<Boolean> quiet = new CompletableFuture<>();
        turns.run(
                () -> quiet.complete(sender.isQuiet() && rooms.values().stream().allMatch(PresenceRoom::isQuiet)));
        return quiet.join();
    }

    int rooms() {
        return rooms.size();
    }

    // --- time

    private void tick() {
        if (closed) return;
        turns.later(TICK_NANOS, this::tick);
        long late = clock.nanos() - LATE_NANOS;
        sender.checkDue(late);
        reader.checkLate(late);
        if (away) life.beatNow();
    }

    private void look() {
        if (closed) return;
        turns.later(lookNanos, this::look);
        reader.look(rooms.values());
    }

    // --- whether Redis is there

    private void goAway(Throwable why) {
        if (away || closed) return;
        away = true;
        awaySinceNanos = clock.nanos();
        LOG.log(System.Logger.Level.WARNING, "Redis is away: presence of other nodes stands still; " + why);
        for (PresenceRoom room : rooms.values()) room.onAway();
        life.beatNow();
    }

    private void comeBack() {
        if (!away || closed || clock.nanos() - awaySinceNanos < AWAY_NANOS) return;
        away = false;
        LOG.log(System.Logger.Level.INFO, "Redis is back: presence is compared");
        for (PresenceRoom room : rooms.values()) room.onUnsure("back");
    }

    private final class Life implements NodeLife.Listener {
        @Override
        public void onProven() {
            comeBack();
            sender.sendAll();
            reader.readMore();
        }

        @Override
        public void onUnproven(Throwable why) {
            goAway(why);
        }

        @Override
        public void onEnded() {
            for (PresenceRoom room : rooms.values()) room.onEnded();
        }

        @Override
        public void onRenewed() {
            for (PresenceRoom room : rooms.values()) room.onUnsure("renewed");
        }
    }

    private final class Around implements PresenceSender.Around, PresenceReader.Around {
        @Override
        public boolean isAway() {
            return away || closed || !life.hasBegun();
        }

        @Override
        public void onFailed(List<PresenceRoom> some, Throwable failure) {
            goAway(failure);
            for (PresenceRoom room : some) room.onNotSent();
        }

        @Override
        public void onGivenUp(long owner) {
            life.onGivenUp(owner);
        }

        @Override
        public long owner() {
            return life.self().id();
        }

        @Override
        public String mirror(PresenceRoom room) {
            String key = mirror.key(room.id);
            return key == null ? "" : key;
        }

        @Override
        public void onOwners(Set<Long> owners) {
            life.suspect(owners);
        }
    }

    /** What rooms ask for, from any thread and under their locks, is done on the engine's thread. */
    private final class Home implements PresenceHome {
        @Override
        public void onWish(PresenceRoom room) {
            turns.run(() -> sender.add(room));
        }

        @Override
        public void onUnsure(PresenceRoom room, String why) {
            meter.add(Metric.PRESENCE_UNSURE, 1, why);
            turns.run(() -> reader.add(room));
        }

        @Override
        public void onUnfollowed(PresenceRoom room) {
            turns.run(() -> reader.onUnfollowed(room));
        }

        @Override
        public void onMissing(PresenceRoom room, List<SessionId> missing) {
            turns.later(missingNanos, () -> room.onStillMissing(missing));
        }

        @Override
        public void onUnused(PresenceRoom room) {
            rooms.remove(room.id, room);
        }

        @Override
        public boolean isAway() {
            return away;
        }

        @Override
        public long owner() {
            return life.self().id();
        }

        @Override
        public boolean isOwn(long owner) {
            return life.isOwn(owner);
        }

        @Override
        public boolean hasEnded(long owner) {
            return life.hasEnded(owner);
        }
    }
}
