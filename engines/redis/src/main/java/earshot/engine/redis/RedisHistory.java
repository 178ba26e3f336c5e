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
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import java.time.Duration;
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
 * <p>With an archive, Redis keeps a window of each room and this class reads on in the archive; see {@link ArchivedReads} and {@link ArchiveSweep}.
 *
 * <p>Retention is applied when something is appended, and within two minutes to rooms that nobody writes to. Idempotency keys count for five minutes by the clocks of the nodes, which must agree to within seconds. A failed append may have been stored; repeated
 * with its key it is stored once. While Redis is away drafts wait for it, if they are to ({@link Patience}), and are stored in their order; nothing else
 * waits.
 */
public final class RedisHistory implements RoomLog, MessageBook, AutoCloseable {
    /** A single entry above this is refused: it would hold up everybody's flush. */
    private static final int MAX_ENTRY_BYTES = 4 << 20;

    /** What the node that appended has not archived for so long, it will not. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final Script TRIM = Script.load("trim", "room", "trimming");

    private final Batcher batcher;
    private final Subscriber subscriber;
    private final Partitions partitions;
    private final HistoryReads reads;
    private final RoomList list;
    private final RoomTrimmer trimmer;
    private final @Nullable ArchiveBehind archive;
    private final AppendCall[] calls;
    private final long patienceNanos;
    private final Clock clock;
    private final ConcurrentHashMap<RoomId, RoomFeed> feeds = new ConcurrentHashMap<>();

    /** All of every room stays in Redis. */
    public RedisHistory(RedisLink link, Clock clock) {
        this(link, null, clock, Meter.NONE);
    }

    /** @param archive keeps what Redis is not to keep; null: all stays in Redis */
    public RedisHistory(RedisLink link, @Nullable ArchiveSettings archive, Clock clock, Meter meter) {
        this(link, archive, clock, meter, true);
    }

    /** @param sweeps false: only when it is told to, for tests */
    RedisHistory(RedisLink link, @Nullable ArchiveSettings archive, Clock clock, Meter meter, boolean sweeps) {
        this.batcher = link.batcher();
        this.subscriber = link.subscriber();
        this.partitions = new Partitions(link.settings().prefix());
        this.reads = new HistoryReads(batcher, partitions, archive != null);
        this.list = new RoomList(batcher, partitions);
        Duration patience = sweeps ? PATIENCE : Duration.ZERO;
        this.archive = archive == null ? null : new ArchiveBehind(link, archive, reads, list, patience, clock, meter);
        this.clock = clock;
        if (this.archive != null && sweeps) this.archive.sweep().start();
        // On a cluster a call stays within its slot; a single server takes those of all partitions together.
        calls = new AppendCall[link.isCluster() ? Partitions.COUNT : 1];
        trimmer = new RoomTrimmer(batcher, partitions, link.turns(), clock);
        trimmer.start();
        RedisSettings settings = link.settings();
        patienceNanos = settings.patience().time().toNanos();
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
        feed.keep(Retentions.encode(retention, archive == null ? null : archive.settings()));
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
        CompletionStage<Appended> appended = append(draft, "");
        return archive != null && feed(draft.room()).isArchived()
                ? archive.onAppended(draft, appended, place -> append(draft, place))
                : appended;
    }

    /** @param archived where the message that is changed lies in the archive; empty: it must be in Redis */
    private CompletionStage<Appended> append(Draft draft, String archived) {
        CompletableFuture<Appended> answer = new CompletableFuture<>();
        byte[] entry = isOutOfBounds(draft) ? null : EntryCodec.encode(draft);
        if (entry == null || entry.length > MAX_ENTRY_BYTES) {
            answer.complete(new Appended.NotStored(Problem.TOO_LARGE));
            return answer;
        }
        int partition = Partitions.of(draft.room());
        AppendCall call = calls[calls.length == 1 ? 0 : partition];
        AppendCall.Part part =
                new AppendCall.Part(draft, feed(draft.room()), entry, AppendCall.key(draft), archived, answer);
        String key = partitions.of(partition) + "epoch";
        long deadline = batcher.deadlineNanos() + patienceNanos;
        batcher.offer(
                new Request("", null, List.of(key), List.of(entry), false, call, deadline, patienceNanos, part, null));
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
        String known = feed == null ? "" : feed.known();
        CompletionStage<Slice> read = archive == null
                ? reads.slice(room, known, after, limit)
                : archive.reads().slice(room, known, after, limit);
        return read.whenComplete((slice, _) -> {
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
        return archive == null
                ? reads.find(room, messageId).thenApply(HistoryReads.Found::message)
                : archive.reads().find(room, messageId);
    }

    @Override
    public CompletionStage<Page> page(RoomId room, Command.From from, int limit) {
        return archive == null ? reads.page(room, from, limit) : archive.reads().page(room, from, limit);
    }

    @Override
    public CompletionStage<List<RoomSummary>> rooms(@Nullable RoomId after, int limit) {
        CompletionStage<List<RoomSummary>> found = archive == null
                ? list.after(after, limit)
                        .thenApply(rooms ->
                                rooms.stream().map(RoomList.Listed::summary).toList())
                : archive.reads().rooms(after, limit);
        return found.handle((rooms, failure) -> {
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

    /** What stands between this node and its archive; null: there is none. */
    @Nullable
    ArchiveBehind archive() {
        return archive;
    }

    /** Stops looking after rooms that nobody uses, and archives what waits. Neither the link nor the archive is its own to close. Blocks for two seconds at most. */
    @Override
    public void close() {
        trimmer.stop();
        if (archive != null) archive.close();
    }
}
