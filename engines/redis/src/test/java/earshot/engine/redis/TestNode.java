package earshot.engine.redis;

import earshot.core.lease.Leases;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.presence.PresenceBoard;
import earshot.core.presence.PresenceBoard.Entry;
import earshot.core.telemetry.MemoryMeter;
import earshot.core.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** A node as presence and leases see it: a link to Redis and a life of its own. */
final class TestNode implements AutoCloseable {
    /** Given up after two seconds, so that a busy machine does not kill anybody; expected back for three. */
    static final NodeSettings SETTINGS = new NodeSettings(
            "node", "http://node", Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofMillis(500));

    private static final AtomicLong PREFIXES = new AtomicLong(new Random().nextInt(1_000_000) * 1_000L);
    private static final AtomicLong SERIALS = new AtomicLong();

    final String name;
    final MemoryMeter meter = new MemoryMeter();
    final RedisLink link;
    final RedisNode node;
    private final long incarnation = new Random().nextLong();
    private boolean ended;

    private TestNode(String address, String prefix, String name, PresenceMirror mirror) {
        this.name = name;
        RedisSettings redis = Hasty.of(address)
                .withPrefix(prefix)
                .withAnswerTimeout(Duration.ofMillis(500))
                .withLinger(Duration.ofMillis(100));
        var settings = new NodeSettings(
                name, "http://" + name, SETTINGS.timeout(), SETTINGS.returnWithin(), SETTINGS.lookEvery());
        link = RedisLink.connect(redis, Clock.SYSTEM, meter);
        node = RedisNode.start(link, settings, mirror, Clock.SYSTEM, new Random(), meter);
    }

    static TestNode start(String address, String prefix, String name) {
        return new TestNode(address, prefix, name, PresenceMirror.NONE);
    }

    static TestNode start(String address, String prefix, String name, PresenceMirror mirror) {
        return new TestNode(address, prefix, name, mirror);
    }

    /** Keys that no other test has. */
    static String freshPrefix() {
        return "test" + PREFIXES.incrementAndGet() + ":";
    }

    PresenceBoard board() {
        return node.board();
    }

    Leases leases() {
        return node.leases();
    }

    SessionId enter(RoomId room, String user) {
        var session = new SessionId(incarnation, SERIALS.incrementAndGet());
        board().enter(room, new Entry(session, user(user), Clock.SYSTEM.millis(), Entry.ONLINE));
        return session;
    }

    static Profile user(String name) {
        return Profile.named(new UserId("test", name), name);
    }

    People follow(RoomId room) {
        var people = new People();
        board().follow(room, people);
        return people;
    }

    /** Until nothing is on its way to or from Redis. */
    void settle() {
        await(node::isQuiet);
    }

    /** Ends without a word. */
    void kill() {
        if (ended) return;
        ended = true;
        node.abandon();
        link.close();
    }

    @Override
    public void close() {
        if (ended) return;
        ended = true;
        node.close();
        link.close();
    }

    static void await(BooleanSupplier condition) {
        await(condition, Duration.ofSeconds(20), () -> "in vain");
    }

    static void await(BooleanSupplier condition, Duration limit, Supplier<String> otherwise) {
        long until = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > until) throw new AssertionError(otherwise.get());
            LockSupport.parkNanos(2_000_000);
        }
    }
}
