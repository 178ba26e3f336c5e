package earshot.engine.redis;

import earshot.core.history.HistoryUnavailable;
import earshot.core.history.MessageBook;
import earshot.core.history.Retention;
import earshot.core.history.RoomLog;
import earshot.core.message.Command;
import earshot.core.message.Draft;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.Problem;
import earshot.core.message.RoomId;
import earshot.core.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Log and book of all rooms in Redis, shared by all nodes. Thread-safe; callers never block; stages complete on a connection's thread.
 *
 * <p>Redis decides every place: an entry's position is its id in the room's stream, given by one script call which also looks for the idempotency key, keeps the
 * book, trims, and tells the room's channel. Stored means in the memory of one Redis server, or of its replicas too ({@link RedisSettings#replicas}): a failover or a crash may lose the newest entries. Then, or
 * when it merely may have been so (a promoted replica, a restarted server, a log that ends before what this node has seen of it), rooms begin a
 * new epoch.
 *
 * <p>Retention is applied when something is appended, and within two minutes to rooms that nobody writes to. Idempotency keys count for five minutes by the clocks of the nodes, which must agree to within seconds. A failed append may have been stored; repeated
 * with its key it is stored once.
 */
public final class RedisHistory implements RoomLog, MessageBook, AutoCloseable {
    /** A single entry above this is refused: it would hold up everybody's flush. */
    private static final int MAX_ENTRY_BYTES = 4 << 20;

    private static final Script TRIM = Script.load("trim", "room", "trimming");

    private final Batcher batcher;
    private final Subscriber subscriber;
    private final Partitions partitions;
    private final HistoryReads reads;
    private final RoomList list;
    private final RoomTrimmer trimmer;
    private final AppendCall[] calls;
    private final Clock clock;
    private final ConcurrentHashMap<RoomId, RoomFeed> feeds = new ConcurrentHashMap<>();

    public RedisHistory(RedisLink link, Clock clock) {
        this.batcher = link.batcher();
        this.subscriber = link.subscriber();
        this.partitions = new Partitions(link.settings().prefix());
        this.reads = new HistoryReads(batcher, partitions);
        this.list = new RoomList(batcher, partitions);
        this.clock = clock;
        // On a cluster a call stays within its slot; a single server takes those of all partitions together.
        calls = new AppendCall[link.isCluster() ? Partitions.COUNT : 1];
        trimmer = new RoomTrimmer(batcher, partitions, link.turns(), clock);
        trimmer.start();
        RedisSettings settings = link.settings();
        for (int i = 0; i < calls.length; i++)
            calls[i] = new AppendCall(
                    partitions,
                    link.isCluster(),
                    settings.replicas(),
                    settings.answerTimeout().toMillis() / 2,
                    clock);
    }

    @Override
    public CompletionStage<Position> open(RoomId room, Retention retention) {
        RoomFeed feed = feed(room);
        feed.keep(retention);
        // First listening, then looking: nothing falls between.
        return feed.open(subscriber, partitions.key("feed", room))
                .exceptionally(e -> {
                    throw new HistoryUnavailable("open: " + e.getMessage(), e);
                })
                .thenCompose(_ -> reads.open(room, feed.known()))
                .whenComplete((top, failure) -> {
                    if (top != null) feed.saw(top);
                    else if (!feed.isUsed()) release(room);
                });
    }

    @Override
    public CompletionStage<Appended> append(Draft draft) {
        CompletableFuture<Appended> answer = new CompletableFuture<>();
        byte[] entry = isOutOfBounds(draft) ? null : EntryCodec.encode(draft);
        if (entry == null || entry.length > MAX_ENTRY_BYTES) {
            answer.complete(new Appended.NotStored(Problem.TOO_LARGE));
            return answer;
        }
        int partition = Partitions.of(draft.room());
        AppendCall call = calls[calls.length == 1 ? 0 : partition];
        AppendCall.Part part = new AppendCall.Part(draft, feed(draft.room()), entry, AppendCall.key(draft), answer);
        String key = partitions.of(partition) + "epoch";
        batcher.offer(new Request("", null, List.of(key), List.of(entry), false, call, batcher.deadlineNanos(), part));
        return answer;
    }

    private static boolean isOutOfBounds(Draft draft) {
        String key = draft.idempotencyKey();
        return draft.change().messageId().length() > Message.MAX_ID_CHARS
                || (key != null && key.length() > Draft.MAX_IDEMPOTENCY_KEY_CHARS);
    }

    @Override
    public CompletionStage<Slice> read(RoomId room, Position after, int limit) {
        RoomFeed feed = feeds.get(room);
        return reads.slice(room, feed == null ? "" : feed.known(), after, limit).whenComplete((slice, _) -> {
            if (slice != null && feed != null) feed.saw(slice.top());
        });
    }

    @Override
    public Following follow(RoomId room, Follower follower) {
        RoomFeed feed = feed(room);
        feed.add(follower);
        feed.open(subscriber, partitions.key("feed", room));
        return () -> feed.remove(follower);
    }

    @Override
    public void release(RoomId room) {
        RoomFeed feed = feeds.remove(room);
        if (feed != null) feed.close();
    }

    private RoomFeed feed(RoomId room) {
        RoomFeed known = feeds.get(room);
        return known != null ? known : feeds.computeIfAbsent(room, RoomFeed::new);
    }

    @Override
    public CompletionStage<Optional<Message>> find(RoomId room, String messageId) {
        return reads.find(room, messageId);
    }

    @Override
    public CompletionStage<Page> page(RoomId room, Command.From from, int limit) {
        return reads.page(room, from, limit);
    }

    @Override
    public CompletionStage<List<RoomSummary>> rooms(@Nullable RoomId after, int limit) {
        return list.after(after, limit).handle((rooms, failure) -> {
            if (rooms == null) throw new HistoryUnavailable("rooms: " + failure.getMessage(), failure);
            return rooms;
        });
    }

    /** Applies retention to one room, now. Returns how many entries went; with as many as go in one call there may be more. */
    CompletionStage<Long> trim(RoomId room) {
        String partition = partitions.of(Partitions.of(room));
        RoomFeed feed = feeds.get(room);
        String kept = feed == null ? "" : feed.kept();
        return batcher.call(TRIM, partition + "epoch", partition, Partitions.name(room), clock.millis(), kept)
                .thenApply(reply -> reply.number(0));
    }

    /** Stops looking after rooms that nobody uses. The link is its maker's to close. */
    @Override
    public void close() {
        trimmer.stop();
    }
}
