package earshot.engine.redis;

import earshot.core.history.MessageBook.RoomSummary;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import earshot.engine.redis.ByteReader.BadBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The rooms that have messages, over all partitions, in name order. Thread-safe. A list asks every partition, and again while what it found has no messages
 * any more: for operators, not for hot paths.
 */
final class RoomList {
    /** @param trimmed the last place that went; {@link Position#START}: none */
    record Listed(RoomId room, long messages, long lastMillis, Position trimmed) {
        RoomSummary summary() {
            return new RoomSummary(room, messages, lastMillis);
        }
    }

    private final Batcher batcher;
    private final Partitions partitions;

    RoomList(Batcher batcher, Partitions partitions) {
        this.batcher = batcher;
        this.partitions = partitions;
    }

    CompletionStage<List<Listed>> after(@Nullable RoomId after, int limit) {
        return more(after, limit, new ArrayList<>());
    }

    private CompletionStage<List<Listed>> more(@Nullable RoomId after, int limit, List<Listed> found) {
        return names(after, limit)
                .thenCompose(names -> summaries(names).thenCompose(some -> {
                    found.addAll(some);
                    if (names.size() < limit || found.size() >= limit)
                        return CompletableFuture.completedStage(
                                List.copyOf(found.subList(0, Math.min(limit, found.size()))));
                    return more(names.getLast(), limit, found);
                }));
    }

    /** Redis orders by bytes of the whole key, which is not name order around separators: so all names are looked at here. */
    private CompletionStage<List<RoomId>> names(@Nullable RoomId after, int limit) {
        CompletableFuture<List<RoomId>> all = CompletableFuture.completedFuture(new ArrayList<>());
        for (int partition = 0; partition < Partitions.COUNT; partition++) {
            CompletionStage<Reply> some = batcher.command("ZRANGE", partitions.of(partition) + "rooms", 0, -1);
            all = all.thenCombine(some, (list, reply) -> {
                for (int i = 0; i < reply.size(); i++) list.add(Partitions.room(reply.text(i)));
                return list;
            });
        }
        return all.thenApply(list -> list.stream()
                .filter(room -> after == null || RoomId.BY_NAME.compare(room, after) > 0)
                .sorted(RoomId.BY_NAME)
                .limit(limit)
                .toList());
    }

    private CompletionStage<List<Listed>> summaries(List<RoomId> rooms) {
        CompletableFuture<List<Listed>> all = CompletableFuture.completedFuture(new ArrayList<>());
        for (RoomId room : rooms) {
            CompletionStage<Reply> one = batcher.command("HMGET", partitions.key("room", room), "n", "l", "t");
            all = all.thenCombine(one, (list, reply) -> {
                long messages = reply.isNull(0) ? 0 : reply.number(0);
                long last = reply.isNull(1) ? 0 : reply.number(1);
                if (messages > 0) list.add(new Listed(room, messages, last, trimmed(reply)));
                return list;
            });
        }
        return all;
    }

    private static Position trimmed(Reply reply) {
        if (reply.isNull(2)) return Position.START;
        try {
            return Places.position(reply.bytes(2));
        } catch (BadBytes e) {
            throw new IllegalStateException(e);
        }
    }
}
