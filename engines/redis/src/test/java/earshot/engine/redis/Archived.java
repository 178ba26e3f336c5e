package earshot.engine.redis;

import earshot.core.history.Archive;
import earshot.core.history.MessageBook;
import earshot.core.history.Retention;
import earshot.core.history.RoomLog;
import earshot.core.lease.Incarnation;
import earshot.core.lease.Leases;
import earshot.core.memory.MemoryLeases;
import earshot.core.message.Command.From;
import earshot.core.message.Draft;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.engine.redis.testkit.RedisCluster;
import earshot.engine.redis.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A history with an archive behind it that is brought up to date, and trimmed, before every read: most of what is read lies there. */
public final class Archived implements RoomLog, MessageBook, AutoCloseable {
    static final Leases LEASES = new MemoryLeases().of(new Incarnation(1, "test", ""));

    final RedisHistory history;
    private final RedisLink link;

    Archived(RedisServer server, Archive archive, Leases leases, long keepMessages, Clock clock, Meter meter) {
        this(Hasty.of(server.address()), archive, leases, keepMessages, clock, meter);
    }

    private Archived(RedisSettings redis, Archive archive, Leases leases, long keepMessages, Clock clock, Meter meter) {
        link = RedisLink.connect(redis, Clock.SYSTEM, Meter.NONE);
        history = new RedisHistory(
                link, new ArchiveSettings(archive, leases, keepMessages, Duration.ZERO), clock, meter, false);
    }

    public static Archived connect(RedisServer server, Archive archive, Clock clock) {
        return new Archived(server, archive, LEASES, 1, clock, Meter.NONE);
    }

    static Archived connect(RedisCluster cluster, Archive archive, Clock clock) {
        return new Archived(Hasty.of(cluster.addresses()), archive, LEASES, 1, clock, Meter.NONE);
    }

    /** The server that a room's partition is with. */
    String laneOf(RoomId room) {
        return link.batcher().laneName(link.partitions().key("log", room));
    }

    /** Everything is archived now that is not, and no more than the window stays in Redis. */
    public CompletionStage<?> settle(RoomId room) {
        ArchiveBehind behind = Objects.requireNonNull(history.archive());
        return behind.writes()
                .quiet()
                .thenCompose(_ -> behind.sweep().sweep(Partitions.of(room)))
                .thenCompose(_ -> history.trim(room));
    }

    /** Everything of every partition is archived now that is not. */
    CompletionStage<?> sweepAll() {
        ArchiveBehind behind = Objects.requireNonNull(history.archive());
        return behind.writes().quiet().thenCompose(_ -> behind.sweep().sweepAll());
    }

    @Override
    public CompletionStage<Position> open(RoomId room, Retention retention) {
        return history.open(room, retention);
    }

    @Override
    public CompletionStage<Appended> append(Draft draft) {
        return history.append(draft);
    }

    @Override
    public CompletionStage<Slice> read(RoomId room, Position after, int limit) {
        return settle(room).thenCompose(_ -> history.read(room, after, limit));
    }

    @Override
    public Following follow(RoomId room, Follower follower) {
        return history.follow(room, follower);
    }

    @Override
    public void release(RoomId room) {
        history.release(room);
    }

    @Override
    public CompletionStage<Optional<Message>> find(RoomId room, String messageId) {
        return settle(room).thenCompose(_ -> history.find(room, messageId));
    }

    @Override
    public CompletionStage<Page> page(RoomId room, From from, int limit) {
        return settle(room).thenCompose(_ -> history.page(room, from, limit));
    }

    @Override
    public CompletionStage<List<RoomSummary>> rooms(@Nullable RoomId after, int limit) {
        return history.rooms(after, limit);
    }

    @Override
    public void close() {
        history.close();
        link.close();
    }
}
