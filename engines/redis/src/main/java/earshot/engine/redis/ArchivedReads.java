package earshot.engine.redis;

import earshot.core.history.Archive;
import earshot.core.history.HistoryUnavailable;
import earshot.core.history.MessageBook.Page;
import earshot.core.history.MessageBook.RoomSummary;
import earshot.core.history.RoomLog.Slice;
import earshot.core.message.Command.From;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Log and book over Redis and the archive behind it, as if they were one. Thread-safe; stages fail with {@link HistoryUnavailable}, which those do that need an
 * archive that is away.
 *
 * <h2>The seam</h2>
 * Every read of Redis tells, of the same moment, which place was trimmed last. What is above was in the answer; what is below, the archive has completely, and
 * had it before it was trimmed. So Redis is asked first and the archive then, for no more than what lies up to that place: nothing is missing and nothing there twice,
 * whatever is trimmed meanwhile.
 *
 * <p>A message that lies in the archive may have been changed a moment ago, and the change not be archived yet. Redis tells of such changes in the same answer;
 * the reader stores them before it asks, which costs nothing when there are none and does no harm when somebody else does the same.
 */
final class ArchivedReads {
    private static final Script SEAMED = Script.load("seamed", "room", "trimming");

    private final HistoryReads redis;
    private final RoomList list;
    private final Archive archive;
    private final Batcher batcher;
    private final Partitions partitions;

    ArchivedReads(HistoryReads redis, RoomList list, Archive archive, Batcher batcher, Partitions partitions) {
        this.redis = redis;
        this.list = list;
        this.archive = archive;
        this.batcher = batcher;
        this.partitions = partitions;
    }

    // --- the seam

    /** What must be so before the archive is asked. */
    private CompletionStage<Seam> ready(RoomId room, Seam seam) {
        if (seam.isWhole()) return CompletableFuture.completedStage(seam);
        if (seam.behind())
            return CompletableFuture.failedStage(
                    new HistoryUnavailable("archive_behind", "too many changes are not archived yet", null));
        CompletionStage<Seam> sure = seam.sure() ? CompletableFuture.completedStage(seam) : lookUp(room, seam);
        return sure.thenCompose(known -> known.isWhole() || known.changes().isEmpty()
                ? CompletableFuture.completedStage(known)
                : archive.store(known.changes()).thenApply(_ -> known));
    }

    /** Redis does not know whether there was a room of this name before it: it lost what it had, or never had an archive. */
    private CompletionStage<Seam> lookUp(RoomId room, Seam seam) {
        return archive.settled(room)
                .thenCompose(settled -> seamed(room, settled.isPresent()))
                .thenApply(seam::trimmedUpTo);
    }

    /** Tells Redis, once for everybody, whether the archive knows a room. Returns the last place that is in the archive only. */
    CompletionStage<Position> seamed(RoomId room, boolean isKnown) {
        String partition = partitions.of(Partitions.of(room));
        return batcher.call(SEAMED, partition + "epoch", partition, Partitions.name(room), isKnown ? 1 : 0)
                .handle(HistoryReads.answered(
                        "seam", reply -> reply.isNull(0) ? Position.START : Places.position(reply.bytes(0))));
    }

    // --- the log

    CompletionStage<Slice> slice(RoomId room, String known, Position after, int limit) {
        return redis.part(room, known, after, limit)
                .thenCompose(
                        part -> part.seam().sure() && !part.seam().trimmed().isAfter(after)
                                ? CompletableFuture.completedStage(slice(after, part, part.entries()))
                                : ready(room, part.seam()).thenCompose(seam -> slice(room, after, limit, part, seam)));
    }

    private CompletionStage<Slice> slice(RoomId room, Position after, int limit, HistoryReads.Part part, Seam seam) {
        if (!seam.trimmed().isAfter(after)) return CompletableFuture.completedStage(slice(after, part, part.entries()));
        return archive.read(room, after, seam.trimmed(), limit).thenApply(older -> {
            List<KeptEvent> all = new ArrayList<>(older);
            for (KeptEvent entry : part.entries()) if (all.size() < limit) all.add(entry);
            return slice(after, part, List.copyOf(all));
        });
    }

    private static Slice slice(Position after, HistoryReads.Part part, List<KeptEvent> entries) {
        return new Slice(entries, part.top(), reaches(after, part.top(), entries));
    }

    /** Nothing is missing before the first entry. */
    private static boolean reaches(Position after, Position top, List<KeptEvent> entries) {
        boolean fromStart = after.equals(Position.START);
        if (!fromStart && after.epoch() != top.epoch()) return false;
        if (entries.isEmpty()) return fromStart ? top.offset() == 0 : after.offset() == top.offset();
        Position first = entries.getFirst().position();
        return first.epoch() == top.epoch() && first.offset() == after.offset() + 1;
    }

    // --- the book

    CompletionStage<Optional<Message>> find(RoomId room, String messageId) {
        return redis.find(room, messageId)
                .thenCompose(found -> found.message().isPresent()
                        ? CompletableFuture.completedStage(found.message())
                        : ready(room, found.seam())
                                .thenCompose(seam -> seam.isWhole()
                                        ? CompletableFuture.completedStage(Optional.empty())
                                        : archive.find(room, messageId)));
    }

    CompletionStage<Page> page(RoomId room, From from, int limit) {
        return switch (from) {
            case From.Newest _ -> backward(room, null, limit, new ArrayList<>());
            case From.Before before -> before(room, before.position(), limit);
            case From.After after -> forward(room, after.position(), limit, new ArrayList<>());
            case From.AfterMessage after ->
                find(room, after.messageId())
                        .thenCompose(said -> forward(
                                room, said.map(Message::position).orElse(Position.START), limit, new ArrayList<>()));
            case From.BeforeMessage before ->
                find(room, before.messageId())
                        .thenCompose(
                                said -> before(room, said.map(Message::position).orElse(Position.START), limit));
        };
    }

    private CompletionStage<Page> before(RoomId room, Position end, int limit) {
        return end.epoch() == 0
                ? CompletableFuture.completedStage(new Page(List.of(), true))
                : backward(room, end, limit, new ArrayList<>());
    }

    /** @param end null: from the newest on */
    private CompletionStage<Page> backward(RoomId room, @Nullable Position end, int limit, List<Message> found) {
        String from = end == null ? "" : HistoryReads.endBefore(end);
        return redis.step(room, false, from, "", limit + 1 - found.size()).thenCompose(step -> {
            found.addAll(step.messages());
            Position last = step.last();
            if (found.size() > limit) return done(found, false, limit);
            if (last != null) return backward(room, last, limit, found);
            return ready(room, step.seam()).thenCompose(seam -> older(room, end, limit, found, seam));
        });
    }

    /** The rest of a page, from where Redis ends. */
    private CompletionStage<Page> older(
            RoomId room, @Nullable Position end, int limit, List<Message> found, Seam seam) {
        if (seam.isWhole()) return done(found, false, limit);
        Position trimmed = seam.trimmed();
        Position bound = new Position(trimmed.epoch(), trimmed.offset() + 1);
        if (end != null && bound.isAfter(end)) bound = end;
        return archive.before(room, bound, limit + 1 - found.size()).thenCompose(messages -> {
            found.addAll(messages);
            return done(found, false, limit);
        });
    }

    private CompletionStage<Page> forward(RoomId room, Position after, int limit, List<Message> found) {
        int wanted = limit + 1 - found.size();
        return redis.step(room, true, Places.firstAfter(after), "", wanted)
                .thenCompose(step ->
                        step.seam().sure() && !step.seam().trimmed().isAfter(after)
                                ? newer(room, step, limit, found)
                                : ready(room, step.seam())
                                        .thenCompose(seam -> seam.trimmed().isAfter(after)
                                                ? archive.after(room, after, seam.trimmed(), wanted)
                                                        .thenCompose(messages -> {
                                                            found.addAll(messages);
                                                            return newer(room, step, limit, found);
                                                        })
                                                : newer(room, step, limit, found)));
    }

    /** What Redis had, and what comes behind it. */
    private CompletionStage<Page> newer(RoomId room, HistoryReads.Step step, int limit, List<Message> found) {
        found.addAll(step.messages());
        Position last = step.last();
        if (last == null || found.size() > limit) return done(found, true, limit);
        return forward(room, last, limit, found);
    }

    private static CompletionStage<Page> done(List<Message> found, boolean forward, int limit) {
        return CompletableFuture.completedStage(HistoryReads.page(found, forward, limit));
    }

    // --- the rooms

    CompletionStage<List<RoomSummary>> rooms(@Nullable RoomId after, int limit) {
        return list.after(after, limit)
                .thenCompose(here -> archive.rooms(after, limit)
                        .thenCompose(there -> archive.shown(trimmed(here)).thenApply(older -> {
                            Map<RoomId, RoomSummary> all = new TreeMap<>(RoomId.BY_NAME);
                            for (RoomSummary room : there) all.put(room.room(), room);
                            for (RoomList.Listed room : here) all.put(room.room(), together(room, older));
                            return all.values().stream().limit(limit).toList();
                        })));
    }

    private static Map<RoomId, Position> trimmed(List<RoomList.Listed> rooms) {
        Map<RoomId, Position> places = new HashMap<>();
        for (RoomList.Listed room : rooms)
            if (!room.trimmed().equals(Position.START)) places.put(room.room(), room.trimmed());
        return places;
    }

    private static RoomSummary together(RoomList.Listed here, Map<RoomId, Long> older) {
        long messages = here.messages() + older.getOrDefault(here.room(), 0L);
        return new RoomSummary(here.room(), messages, here.lastMillis());
    }
}
