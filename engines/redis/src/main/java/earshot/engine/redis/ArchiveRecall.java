package earshot.engine.redis;

import earshot.core.history.Archive;
import earshot.core.message.RoomId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Tells a Redis that may have lost rooms which ones the archive has. As long as that is open, a room that Redis does not know might have a past, and whoever
 * reads it has to ask the archive; afterwards it is new for sure, also while the archive is away. Happens once for a Redis that begins empty, and after
 * whatever begins a new epoch. Thread-safe.
 */
final class ArchiveRecall {
    private static final System.Logger LOG = System.getLogger(ArchiveRecall.class.getName());
    private static final Script KNOWN = Script.load("known", "room");
    private static final int ROOMS_AT_ONCE = 500;

    private final Batcher batcher;
    private final Partitions partitions;
    private final Archive archive;
    private final ArchivedReads reads;
    private final Map<Integer, Long> unknown = new HashMap<>();

    ArchiveRecall(Batcher batcher, Partitions partitions, Archive archive, ArchivedReads reads) {
        this.batcher = batcher;
        this.partitions = partitions;
        this.archive = archive;
        this.reads = reads;
    }

    /** What a look at a partition found. */
    synchronized void onPartition(int partition, long epoch, boolean known) {
        if (known) unknown.remove(partition);
        else unknown.put(partition, epoch);
    }

    /** Whether there is something to tell. */
    synchronized boolean isOpen() {
        return !unknown.isEmpty();
    }

    private synchronized Map<Integer, Long> open() {
        return Map.copyOf(unknown);
    }

    private synchronized void onKnown(int partition, long epoch) {
        unknown.remove(partition, epoch);
    }

    /** Goes through all rooms of the archive, if there is a reason to. */
    CompletionStage<Void> run() {
        Map<Integer, Long> open = open();
        if (open.isEmpty()) return CompletableFuture.completedStage(null);
        return tell(open, null, 0).thenCompose(rooms -> {
            LOG.log(
                    System.Logger.Level.INFO,
                    "{0} rooms of the archive were told to {1} partitions of Redis that had not known them",
                    rooms,
                    open.size());
            return close(open);
        });
    }

    private CompletionStage<Long> tell(Map<Integer, Long> open, @Nullable RoomId after, long told) {
        return archive.known(after, ROOMS_AT_ONCE).thenCompose(rooms -> {
            List<CompletableFuture<?>> all = new ArrayList<>();
            for (RoomId room : rooms)
                if (open.containsKey(Partitions.of(room)))
                    all.add(reads.seamed(room, true).toCompletableFuture());
            return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                    .thenCompose(_ -> rooms.size() < ROOMS_AT_ONCE
                            ? CompletableFuture.completedStage(told + all.size())
                            : tell(open, rooms.getLast(), told + all.size()));
        });
    }

    private CompletionStage<Void> close(Map<Integer, Long> open) {
        List<CompletableFuture<?>> all = new ArrayList<>();
        open.forEach((partition, epoch) -> {
            String key = partitions.of(partition);
            all.add(batcher.call(KNOWN, key + "epoch", key, epoch)
                    .thenAccept(_ -> onKnown(partition, epoch))
                    .toCompletableFuture());
        });
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
    }
}
