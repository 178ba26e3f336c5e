package earshot.engine.redis;

import earshot.core.history.RoomLog.Appended;
import earshot.core.message.Change;
import earshot.core.message.Draft;
import earshot.core.message.Message;
import earshot.core.message.Problem;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The archive behind this node's log: what is written into it, what is read from it, and what looks after it. Thread-safe. */
final class ArchiveBehind implements AutoCloseable {
    private static final Duration LAST_WORD = Duration.ofSeconds(2);

    private final ArchiveSettings settings;
    private final ArchivedReads reads;
    private final WriteBehind writes;
    private final ArchiveSweep sweep;

    /** @param patience of the sweep */
    ArchiveBehind(
            RedisLink link,
            ArchiveSettings settings,
            HistoryReads redis,
            RoomList list,
            Duration patience,
            Clock clock,
            Meter meter) {
        this.settings = settings;
        reads = new ArchivedReads(redis, list, settings.archive(), link.batcher(), link.partitions());
        writes = new WriteBehind(settings.archive(), clock, meter);
        ArchiveRecall recall = new ArchiveRecall(link.batcher(), link.partitions(), settings.archive(), reads);
        sweep = new ArchiveSweep(link, redis, settings.archive(), settings.leases(), recall, patience, clock, meter);
    }

    ArchiveSettings settings() {
        return settings;
    }

    ArchivedReads reads() {
        return reads;
    }

    WriteBehind writes() {
        return writes;
    }

    ArchiveSweep sweep() {
        return sweep;
    }

    /**
     * What was appended is archived; a change of a message that Redis does not have any more is tried again with its place in the archive.
     *
     * @param again appends once more, given that place
     */
    CompletionStage<Appended> onAppended(
            Draft draft, CompletionStage<Appended> appended, Function<String, CompletionStage<Appended>> again) {
        return appended.thenCompose(answer -> isOfAnOlderMessage(draft, answer)
                        ? reads.find(draft.room(), draft.change().messageId())
                                .thenCompose(said -> said.filter(message -> !message.deleted())
                                        .map(Message::position)
                                        .map(Places::id)
                                        .map(again)
                                        .orElseGet(() -> CompletableFuture.completedStage(answer)))
                        : CompletableFuture.completedStage(answer))
                .thenApply(this::onAnswer);
    }

    private static boolean isOfAnOlderMessage(Draft draft, Appended answer) {
        return answer instanceof Appended.NotStored(Problem problem)
                && problem == Problem.NOT_FOUND
                && !(draft.change() instanceof Change.Post);
    }

    private Appended onAnswer(Appended answer) {
        if (answer instanceof Appended.Stored stored && !stored.repeated()) writes.offer(stored.entry());
        return answer;
    }

    @Override
    public void close() {
        sweep.stop();
        writes.drain(LAST_WORD);
    }
}
