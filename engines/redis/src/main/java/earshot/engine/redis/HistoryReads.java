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

/** What is read from log and book. Thread-safe; stages fail with {@link HistoryUnavailable}. */
final class HistoryReads {
    /** Entries that one call looks at: a room may have many edits between its messages. */
    private static final int LOOK_AT = 2_000;

    private static final Script OPEN = Script.load("open", "room");
    private static final Script READ = Script.load("read", "room");
    private static final Script FIND = Script.load("find", "room");
    private static final Script PAGE = Script.load("page", "room");

    private final Batcher batcher;
    private final Partitions partitions;

    HistoryReads(Batcher batcher, Partitions partitions) {
        this.batcher = batcher;
        this.partitions = partitions;
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
        String partition = partition(room);
        String from = Places.firstAfter(after);
        return batcher.read(READ, partition + "epoch", partition, Partitions.name(room), known, from, limit)
                .handle(answered("read", reply -> slice(room, after, limit, reply)));
    }

    private static Slice slice(RoomId room, Position after, int limit, Reply reply) throws BadBytes {
        Position top = new Position(reply.number(0), reply.number(1));
        Position trimmed = reply.isNull(2) ? Position.START : Places.position(reply.bytes(2));
        List<KeptEvent> entries = merged(entries(room, reply.list(3)), entries(room, reply.list(4)), limit);
        return new Slice(entries, top, reaches(after, trimmed, top, entries));
    }

    private static boolean reaches(Position after, Position trimmed, Position top, List<KeptEvent> entries) {
        if (after.compareTo(trimmed) < 0) return false;
        if (after.equals(Position.START))
            return entries.isEmpty() || entries.getFirst().position().epoch() == top.epoch();
        return after.epoch() == top.epoch() && after.offset() <= top.offset();
    }

    private static List<KeptEvent> entries(RoomId room, Reply flat) throws BadBytes {
        List<KeptEvent> found = new ArrayList<>(flat.size() / 2);
        for (int i = 0; i < flat.size(); i += 2)
            found.add(EntryCodec.decode(room, Places.position(flat.bytes(i)), flat.bytes(i + 1)));
        return found;
    }

    /** Both are in order, and neither is cut before the limit. */
    private static List<KeptEvent> merged(List<KeptEvent> some, List<KeptEvent> others, int limit) {
        if (others.isEmpty()) return List.copyOf(some);
        List<KeptEvent> all = new ArrayList<>(some);
        all.addAll(others);
        all.sort((a, b) -> a.position().compareTo(b.position()));
        return List.copyOf(all.subList(0, Math.min(limit, all.size())));
    }

    CompletionStage<Optional<Message>> find(RoomId room, String messageId) {
        String partition = partition(room);
        return batcher.read(FIND, partition + "epoch", partition, Partitions.name(room), messageId)
                .handle(answered(
                        "find", reply -> reply.size() == 0 ? Optional.empty() : Optional.of(message(room, reply, 0))));
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
                String end = "(" + Places.firstAfter(previous(before.position()));
                yield page(room, false, end, "", limit, new ArrayList<>());
            }
            case From.After after ->
                page(room, true, Places.firstAfter(after.position()), "", limit, new ArrayList<>());
            case From.AfterMessage after -> page(room, true, "", after.messageId(), limit, new ArrayList<>());
            case From.BeforeMessage before -> page(room, false, "", before.messageId(), limit, new ArrayList<>());
        };
    }

    private static Position previous(Position position) {
        return new Position(position.epoch(), Math.max(0, position.offset() - 1));
    }

    /** One more is asked for than is wanted: that shows whether there is more. */
    private CompletionStage<Page> page(
            RoomId room, boolean forward, String from, String message, int limit, List<Message> found) {
        String partition = partition(room);
        int wanted = limit + 1 - found.size();
        return batcher.read(
                        PAGE,
                        partition + "epoch",
                        partition,
                        Partitions.name(room),
                        forward ? "+" : "-",
                        from,
                        message,
                        wanted,
                        LOOK_AT)
                .handle(answered("page", reply -> {
                    for (int i = 1; i < reply.size(); i += 3) found.add(message(room, reply, i));
                    return reply;
                }))
                .thenCompose(reply -> {
                    if (reply.isNull(0) || found.size() > limit)
                        return CompletableFuture.completedStage(page(found, forward, limit));
                    return page(room, forward, reply.text(0), "", limit, found);
                });
    }

    private static Page page(List<Message> found, boolean forward, int limit) {
        List<Message> shown = new ArrayList<>(found.subList(0, Math.min(limit, found.size())));
        if (!forward) Collections.reverse(shown);
        return new Page(List.copyOf(shown), found.size() <= limit);
    }

    /** Makes something of an answer. */
    private interface Decoding<T> {
        T decode(Reply reply) throws BadBytes;
    }

    private static <T> BiFunction<@Nullable Reply, @Nullable Throwable, T> answered(String what, Decoding<T> decoding) {
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
