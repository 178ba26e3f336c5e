package earshot.engine.redis;

import earshot.core.history.HistoryUnavailable;
import earshot.core.history.MessageBook.Page;
import earshot.core.history.RoomLog.Slice;
import earshot.core.message.Command.From;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import earshot.engine.redis.ByteReader.BadBytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** What is read from log and book, as far as it is in Redis. Thread-safe; stages fail with {@link HistoryUnavailable}. */
final class HistoryReads {
    /** Entries that one call looks at: a room may have many edits between its messages. */
    private static final int LOOK_AT = 2_000;

    private static final Script OPEN = Script.load("open", "room");
    private static final Script READ = Script.load("read", "room", "seam");
    private static final Script FIND = Script.load("find", "room", "seam");
    private static final Script PAGE = Script.load("page", "room", "seam");

    /** @param reached false: before the entries there may be others, which are not in Redis */
    record Part(List<KeptEvent> entries, Position top, boolean reached, Seam seam) {}

    record Found(Optional<Message> message, Seam seam) {}

    /**
     * Some messages of a page.
     *
     * @param messages in the direction of reading
     * @param last the last place that was looked at; null: there are no more in Redis
     * @param seam of the same moment; backward only when there are no more
     */
    record Step(List<Message> messages, @Nullable Position last, Seam seam) {}

    private final Batcher batcher;
    private final Partitions partitions;
    private final int archive;

    /** @param archive whether it is to be told where the archive begins */
    HistoryReads(Batcher batcher, Partitions partitions, boolean archive) {
        this.batcher = batcher;
        this.partitions = partitions;
        this.archive = archive ? 1 : 0;
    }

    /** What a room's calls begin with. */
    private String partition(RoomId room) {
        return partitions.of(Partitions.of(room));
    }

    CompletionStage<Position> open(RoomId room, String known) {
        String partition = partition(room);
        return batcher.call(OPEN, partition + "epoch", partition, Partitions.name(room), known)
                .handle(answered("open", reply -> new Position(reply.number(0), reply.number(1))));
    }

    CompletionStage<Slice> slice(RoomId room, String known, Position after, int limit) {
        return part(room, known, after, limit).thenApply(part -> new Slice(part.entries, part.top, part.reached));
    }

    CompletionStage<Part> part(RoomId room, String known, Position after, int limit) {
        String partition = partition(room);
        String from = Places.firstAfter(after);
        return batcher.read(READ, partition + "epoch", partition, Partitions.name(room), known, from, limit, archive)
                .handle(answered("read", reply -> part(room, after, limit, reply)));
    }

    private static Part part(RoomId room, Position after, int limit, Reply reply) throws BadBytes {
        Position top = new Position(reply.number(0), reply.number(1));
        Position trimmed = reply.isNull(2) ? Position.START : Places.position(reply.bytes(2));
        List<KeptEvent> entries = merged(Seam.entries(room, reply.list(3)), Seam.entries(room, reply.list(4)), limit);
        Seam seam = reply.size() > 5 ? Seam.read(room, reply.list(5)) : Seam.NONE.trimmedUpTo(trimmed);
        return new Part(entries, top, reaches(after, trimmed, top, entries), seam);
    }

    private static boolean reaches(Position after, Position trimmed, Position top, List<KeptEvent> entries) {
        if (after.compareTo(trimmed) < 0) return false;
        if (after.equals(Position.START))
            return entries.isEmpty() || entries.getFirst().position().epoch() == top.epoch();
        return after.epoch() == top.epoch() && after.offset() <= top.offset();
    }

    /** Both are in order, and neither is cut before the limit. */
    private static List<KeptEvent> merged(List<KeptEvent> some, List<KeptEvent> others, int limit) {
        if (others.isEmpty()) return List.copyOf(some);
        List<KeptEvent> all = new ArrayList<>(some);
        all.addAll(others);
        all.sort((a, b) -> a.position().compareTo(b.position()));
        return List.copyOf(all.subList(0, Math.min(limit, all.size())));
    }

    CompletionStage<Found> find(RoomId room, String messageId) {
        String partition = partition(room);
        return batcher.read(FIND, partition + "epoch", partition, Partitions.name(room), messageId, archive)
                .handle(answered("find", reply -> found(room, reply)));
    }

    private static Found found(RoomId room, Reply reply) throws BadBytes {
        return switch (reply.size()) {
            case 0 -> new Found(Optional.empty(), Seam.NONE);
            case 4 -> new Found(Optional.empty(), Seam.read(room, reply));
            default -> new Found(Optional.of(message(room, reply, 0)), Seam.NONE);
        };
    }

    private static Message message(RoomId room, Reply reply, int at) throws BadBytes {
        return EntryCodec.message(
                room, Places.position(reply.bytes(at)), reply.bytes(at + 1), reply.bytesOrNull(at + 2));
    }

    CompletionStage<Page> page(RoomId room, From from, int limit) {
        return switch (from) {
            case From.Newest _ -> page(room, false, "", "", limit, new ArrayList<>());
            case From.Before before -> {
                // Redis knows no end before its first id.
                if (before.position().epoch() == 0) yield CompletableFuture.completedStage(new Page(List.of(), true));
                yield page(room, false, endBefore(before.position()), "", limit, new ArrayList<>());
            }
            case From.After after ->
                page(room, true, Places.firstAfter(after.position()), "", limit, new ArrayList<>());
            case From.AfterMessage after -> page(room, true, "", after.messageId(), limit, new ArrayList<>());
            case From.BeforeMessage before -> page(room, false, "", before.messageId(), limit, new ArrayList<>());
        };
    }

    /** What is before a position, as the scripts write it. */
    static String endBefore(Position position) {
        return "(" + Places.firstAfter(new Position(position.epoch(), Math.max(0, position.offset() - 1)));
    }

    /** One more is asked for than is wanted: that shows whether there is more. */
    private CompletionStage<Page> page(
            RoomId room, boolean forward, String from, String message, int limit, List<Message> found) {
        return step(room, forward, from, message, limit + 1 - found.size()).thenCompose(step -> {
            found.addAll(step.messages);
            Position last = step.last;
            if (last == null || found.size() > limit)
                return CompletableFuture.completedStage(page(found, forward, limit));
            return page(room, forward, "(" + Places.id(last), "", limit, found);
        });
    }

    /** @param message begins beside it instead of at {@code from}; empty: none */
    CompletionStage<Step> step(RoomId room, boolean forward, String from, String message, int wanted) {
        String partition = partition(room);
        return batcher.read(
                        PAGE,
                        partition + "epoch",
                        partition,
                        Partitions.name(room),
                        forward ? "+" : "-",
                        from,
                        message,
                        wanted,
                        LOOK_AT,
                        archive)
                .handle(answered("page", reply -> step(room, reply)));
    }

    private static Step step(RoomId room, Reply reply) throws BadBytes {
        Position last = null;
        // It is written as an end that does not belong to it: (epoch-number.
        if (!reply.isNull(0)) last = Places.position(reply.text(0).substring(1).getBytes(StandardCharsets.US_ASCII));
        Seam seam = reply.isNull(1) ? Seam.NONE : Seam.read(room, reply.list(1));
        List<Message> found = new ArrayList<>((reply.size() - 2) / 3);
        for (int i = 2; i < reply.size(); i += 3) found.add(message(room, reply, i));
        return new Step(found, last, seam);
    }

    /** @param found in the direction of reading, one more than the limit when there is more */
    static Page page(List<Message> found, boolean forward, int limit) {
        List<Message> shown = new ArrayList<>(found.subList(0, Math.min(limit, found.size())));
        if (!forward) Collections.reverse(shown);
        return new Page(List.copyOf(shown), found.size() <= limit);
    }

    /** Makes something of an answer. */
    interface Decoding<T> {
        T decode(Reply reply) throws BadBytes;
    }

    static <T> BiFunction<@Nullable Reply, @Nullable Throwable, T> answered(String what, Decoding<T> decoding) {
        return (reply, failure) -> {
            if (reply == null) throw unavailable(what, Objects.requireNonNull(failure, "failure"));
            try {
                return decoding.decode(reply);
            } catch (BadBytes e) {
                throw new HistoryUnavailable(what + ": an entry that is not understood", e);
            }
        };
    }

    private static HistoryUnavailable unavailable(String what, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return new HistoryUnavailable(what + ": " + cause.getMessage(), cause);
    }
}
