package earshot.core.memory;

import earshot.core.history.MessageBook;
import earshot.core.history.Retention;
import earshot.core.history.RoomLog;
import earshot.core.message.Command;
import earshot.core.message.Draft;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import earshot.core.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Log and book in this process: the reference of both ports, and the store of rooms whose dialect keeps little. Thread-safe; every stage is
 * complete when it is returned. Several nodes may share one in tests.
 *
 * <p>Bounded: a room keeps what its {@link Retention} says and never more than {@link Limits#bytesPerRoom}; of rooms that nobody uses the last
 * {@link Limits#unusedRooms} are kept. A room that was dropped begins a new epoch when it is opened again, as does every room after a restart.
 */
public final class MemoryHistory implements RoomLog, MessageBook {
    /** What this process can bear, whatever a retention asks for. */
    public record Limits(long bytesPerRoom, int unusedRooms) {
        public static final Limits DEFAULT = new Limits(64L << 20, 10_000);
    }

    private final Clock clock;
    private final Limits limits;
    private final ConcurrentHashMap<RoomId, RoomMemory> rooms = new ConcurrentHashMap<>();
    private final LinkedHashSet<RoomId> unused = new LinkedHashSet<>();
    private long epoch;

    public MemoryHistory(Clock clock) {
        this(clock, Limits.DEFAULT);
    }

    public MemoryHistory(Clock clock, Limits limits) {
        this.clock = clock;
        this.limits = limits;
        // Nothing of the last process is left, so its epochs must not be used again: Unix time grows from start to
        // start.
        this.epoch = Math.max(1, clock.millis());
    }

    @Override
    public CompletionStage<Position> open(RoomId room, Retention retention) {
        RoomMemory memory = use(room);
        return done(memory.open(retention));
    }

    @Override
    public CompletionStage<Appended> append(Draft draft) {
        return done(memory(draft.room()).append(draft));
    }

    @Override
    public CompletionStage<Slice> read(RoomId room, Position after, int limit) {
        return done(memory(room).read(after, limit));
    }

    @Override
    public Following follow(RoomId room, Follower follower) {
        RoomMemory memory = memory(room);
        memory.follow(follower);
        return () -> memory.unfollow(follower);
    }

    @Override
    public synchronized void release(RoomId room) {
        unused.remove(room);
        unused.add(room);
        while (unused.size() > limits.unusedRooms()) drop(unused.getFirst());
    }

    @Override
    public CompletionStage<Optional<Message>> find(RoomId room, String messageId) {
        return done(Optional.ofNullable(memory(room).find(messageId)));
    }

    @Override
    public CompletionStage<Page> page(RoomId room, Command.From from, int limit) {
        return done(memory(room).page(from, limit));
    }

    @Override
    public CompletionStage<List<RoomSummary>> rooms(@Nullable RoomId after, int limit) {
        List<RoomId> names = new ArrayList<>(rooms.keySet());
        names.sort(RoomId.BY_NAME);
        List<RoomSummary> found = new ArrayList<>();
        for (RoomId name : names) {
            if (found.size() == limit) break;
            if (after != null && RoomId.BY_NAME.compare(name, after) <= 0) continue;
            RoomSummary summary = memory(name).summary();
            if (summary.messages() > 0) found.add(summary);
        }
        return done(List.copyOf(found));
    }

    /** Test hook: the newest entries of a room are lost, as by a restart of an engine that had not synced. A new epoch begins. */
    public void rollBack(RoomId room, int entries) {
        memory(room).rollBack(entries, newEpoch());
    }

    private RoomMemory memory(RoomId room) {
        RoomMemory known = rooms.get(room);
        return known != null ? known : rooms.computeIfAbsent(room, this::begin);
    }

    private synchronized RoomMemory use(RoomId room) {
        unused.remove(room);
        return memory(room);
    }

    private RoomMemory begin(RoomId room) {
        return new RoomMemory(room, clock, limits.bytesPerRoom(), currentEpoch());
    }

    private void drop(RoomId room) {
        unused.remove(room);
        rooms.remove(room);
        epoch++;
    }

    private synchronized long currentEpoch() {
        return epoch;
    }

    private synchronized long newEpoch() {
        return ++epoch;
    }

    private static <T> CompletionStage<T> done(T value) {
        return CompletableFuture.completedStage(value);
    }
}
