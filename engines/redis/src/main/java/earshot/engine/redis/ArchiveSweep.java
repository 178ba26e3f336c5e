package earshot.engine.redis;

import earshot.core.history.Archive;
import earshot.core.lease.Leases;
import earshot.core.lease.Leases.Grant;
import earshot.core.message.KeptEvent;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import earshot.engine.redis.ByteReader.BadBytes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Sees to it that the archive has everything, and tells Redis how far it has: what is not settled there is never trimmed. Each partition that has something new
 * is looked at every few seconds, by the one node that has its lease; what the node that appended has not archived (it died, or could not) is read from the
 * log and archived here. Were it two nodes at once, nothing would be wrong: all of it may be done twice.
 *
 * <p>What it remembers is confined to the engine's thread; its stages run on any.
 */
final class ArchiveSweep {
    private static final System.Logger LOG = System.getLogger(ArchiveSweep.class.getName());
    private static final Script UNARCHIVED = Script.load("unarchived", "room");
    private static final Script STANDING = Script.load("standing", "room", "trimming");
    private static final Script SETTLED = Script.load("settled", "room", "trimming");
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final int PARTITIONS_A_STEP = 16;
    private static final long RETAIN_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int ROOMS_A_LOOK = 200;
    /** Entries that are settled at once. */
    private static final int AHEAD = 10_000;

    /** Entries that are read at once when some are missing. */
    private static final int READ = 500;

    /** A room that is far behind does not keep the others of its partition waiting for longer. */
    private static final int MOST_ROUNDS = 50;

    private final Batcher batcher;
    private final Partitions partitions;
    private final Turns turns;
    private final HistoryReads reads;
    private final Archive archive;
    private final Leases leases;
    private final ArchiveRecall recall;
    private final Clock clock;
    private final Meter meter;
    private final long patienceMillis;
    private int next;
    private long retainedNanos;
    private final Lag lag = new Lag();
    private volatile boolean stopped;

    /** @param patience so old must something be before it is taken for missing */
    ArchiveSweep(
            RedisLink link,
            HistoryReads reads,
            Archive archive,
            Leases leases,
            ArchiveRecall recall,
            Duration patience,
            Clock clock,
            Meter meter) {
        this.patienceMillis = patience.toMillis();
        this.batcher = link.batcher();
        this.partitions = link.partitions();
        this.turns = link.turns();
        this.reads = reads;
        this.archive = archive;
        this.leases = leases;
        this.recall = recall;
        this.clock = clock;
        this.meter = meter;
        this.retainedNanos = clock.nanos();
    }

    void start() {
        turns.later(STEP_NANOS, this::step);
    }

    void stop() {
        stopped = true;
    }

    private void step() {
        if (stopped) return;
        for (int i = 0; i < PARTITIONS_A_STEP; i++) quietly(sweep(next++ % Partitions.COUNT));
        if (next % Partitions.COUNT == 0) onRound();
        turns.later(STEP_NANOS, this::step);
    }

    private void onRound() {
        lag.tell();
        if (recall.isOpen()) quietly(underLease("archive/recall", recall::run));
        if (clock.nanos() - retainedNanos < RETAIN_NANOS) return;
        retainedNanos = clock.nanos();
        quietly(underLease("archive/retain", () -> retain(20)));
    }

    private CompletionStage<Void> retain(int rounds) {
        return archive.retain().thenCompose(more -> more && rounds > 0 ? retain(rounds - 1) : nothing());
    }

    private static void quietly(CompletionStage<Void> work) {
        var _ = work.exceptionally(failure -> {
            LOG.log(System.Logger.Level.DEBUG, "the archive was not looked after; it is tried again", failure);
            return null;
        });
    }

    /** Sweeps everything now. */
    CompletionStage<Void> sweepAll() {
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = 0; i < Partitions.COUNT; i++) all.add(sweep(i).toCompletableFuture());
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).thenCompose(_ -> recall.run());
    }

    /** Nothing is done when another node has the lease. */
    CompletionStage<Void> sweep(int partition) {
        String key = partitions.of(partition);
        return batcher.call(UNARCHIVED, key + "epoch", key, ROOMS_A_LOOK).thenCompose(reply -> {
            recall.onPartition(partition, reply.number(0), reply.number(1) == 1);
            List<RoomId> rooms = new ArrayList<>(reply.size());
            for (int i = 2; i < reply.size(); i++) rooms.add(Partitions.room(reply.text(i)));
            return rooms.isEmpty() ? nothing() : underLease("archive/" + partition, () -> sweep(rooms, 0));
        });
    }

    private CompletionStage<Void> underLease(String name, Supplier<CompletionStage<Void>> work) {
        return leases.acquire(name, () -> {}).thenCompose(grant -> switch (grant) {
            case Grant.Held held ->
                work.get().whenComplete((_, _) -> held.lease().release());
            case Grant.Taken _ -> nothing();
        });
    }

    /** One after the other: the archive has others to serve. */
    private CompletionStage<Void> sweep(List<RoomId> rooms, int from) {
        if (from == rooms.size() || stopped || !archive.isHealthy()) return nothing();
        return sweep(rooms.get(from), MOST_ROUNDS)
                .exceptionally(failure -> {
                    LOG.log(
                            System.Logger.Level.DEBUG,
                            "room=" + rooms.get(from) + ": not archived now; tried again",
                            failure);
                    return null;
                })
                .thenCompose(_ -> sweep(rooms, from + 1));
    }

    // --- a room

    /**
     * @param settled {@link Position#START}: nothing so far
     * @param sinceMillis when the first was said that is not; 0: nobody knows
     */
    private record Standing(Position settled, Position newest, String kept, long sinceMillis) {
        static Standing read(Reply reply) throws BadBytes {
            Position settled = reply.isNull(0) ? Position.START : Places.position(reply.bytes(0));
            long since = reply.isNull(3) ? 0 : reply.number(3);
            return new Standing(settled, Places.position(reply.bytes(1)), reply.text(2), since);
        }
    }

    private CompletionStage<Void> sweep(RoomId room, int rounds) {
        String key = partitions.of(Partitions.of(room));
        return batcher.call(STANDING, key + "epoch", key, Partitions.name(room)).thenCompose(reply -> {
            if (reply.size() == 0) return nothing();
            try {
                Standing standing = Standing.read(reply);
                if (rounds == MOST_ROUNDS) turns.run(() -> lag.add(standing));
                return bringUp(room, standing, rounds);
            } catch (BadBytes e) {
                return CompletableFuture.failedStage(new IllegalStateException(e));
            }
        });
    }

    private CompletionStage<Void> bringUp(RoomId room, Standing standing, int rounds) {
        Position settled = standing.settled;
        if (settled.epoch() != standing.newest.epoch()) return fill(room, standing, rounds);
        return archive.reached(room, settled, AHEAD).thenCompose(reached -> {
            Position upTo = reached.isAfter(standing.newest) ? standing.newest : reached;
            if (upTo.isAfter(settled)) return settle(room, standing, upTo, rounds);
            // It may be on its way from the node that appended it.
            boolean isYoung = standing.sinceMillis > clock.millis() - patienceMillis;
            return isYoung ? nothing() : fill(room, standing, rounds);
        });
    }

    /** Something is missing, or a new epoch begins: what the log has is archived, where it is not yet. */
    private CompletionStage<Void> fill(RoomId room, Standing standing, int rounds) {
        return reads.part(room, "", standing.settled, READ).thenCompose(part -> {
            List<KeptEvent> entries = part.entries();
            Position upTo =
                    entries.isEmpty() ? standing.newest : entries.getLast().position();
            return archive.store(entries).thenCompose(_ -> {
                meter.add(Metric.ARCHIVED, entries.size(), "swept");
                return settle(room, standing, upTo, rounds);
            });
        });
    }

    private CompletionStage<Void> settle(RoomId room, Standing standing, Position upTo, int rounds) {
        return archive.settle(room, standing.settled, upTo, Retentions.decode(standing.kept))
                .thenCompose(settled -> settled ? tell(room, Places.id(upTo), false) : goBack(room, standing))
                .thenCompose(_ ->
                        standing.newest.isAfter(upTo) && rounds > 0 && !stopped ? sweep(room, rounds - 1) : nothing());
    }

    /** The archive is older than what Redis says of it: it has been put back. What Redis still has is archived again. */
    private CompletionStage<Void> goBack(RoomId room, Standing standing) {
        LOG.log(
                System.Logger.Level.WARNING,
                "room={0}: the archive does not have what it was settled with ({1}): it has gone back",
                room,
                standing.settled);
        return archive.settled(room)
                .thenCompose(settled -> tell(
                        room,
                        settled.filter(place -> place.offset() > 0)
                                .map(Places::id)
                                .orElse(""),
                        true));
    }

    private CompletionStage<Void> tell(RoomId room, String id, boolean back) {
        String key = partitions.of(Partitions.of(room));
        return batcher.call(SETTLED, key + "epoch", key, Partitions.name(room), id, clock.millis(), back ? 1 : 0)
                .thenAccept(_ -> {});
    }

    private static CompletionStage<Void> nothing() {
        return CompletableFuture.completedStage(null);
    }

    /** How far behind the archive is, as of the last round over all partitions. Confined to the engine's thread. */
    private final class Lag {
        private long entries;
        private long since = Long.MAX_VALUE;
        private long toldEntries;
        private long toldSeconds;

        void add(Standing standing) {
            boolean sameEpoch = standing.settled.epoch() == standing.newest.epoch();
            entries += standing.newest.offset() - (sameEpoch ? standing.settled.offset() : 0);
            if (standing.sinceMillis > 0) since = Math.min(since, standing.sinceMillis);
        }

        void tell() {
            long seconds = since == Long.MAX_VALUE ? 0 : Math.max(0, (clock.millis() - since) / 1000);
            meter.move(Metric.ARCHIVE_LAG, entries - toldEntries);
            meter.move(Metric.ARCHIVE_LAG_SECONDS, seconds - toldSeconds);
            toldEntries = entries;
            toldSeconds = seconds;
            entries = 0;
            since = Long.MAX_VALUE;
        }
    }
}
