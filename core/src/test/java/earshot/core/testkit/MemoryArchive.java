package earshot.core.testkit;

import earshot.core.history.Archive;
import earshot.core.history.HistoryUnavailable;
import earshot.core.history.MessageBook.RoomSummary;
import earshot.core.history.Retention;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import earshot.core.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An archive in this process, which can be taken away for a while. Thread-safe; every stage is complete when it is returned. */
public final class MemoryArchive implements Archive {
    private static final class Kept {
        final NavigableMap<Position, KeptEvent> entries = new TreeMap<>();
        Position settled = Position.START;
        Retention retention = Retention.EVERYTHING;
    }

    private final Clock clock;
    private final Map<RoomId, Kept> rooms = new TreeMap<>(RoomId.BY_NAME);
    private boolean away;
    private boolean losesWrites;

    public MemoryArchive(Clock clock) {
        this.clock = clock;
    }

    /** While it is, nothing is answered. */
    public synchronized void setAway(boolean isAway) {
        away = isAway;
    }

    /** What is stored fails, as if the node had died before. */
    public synchronized void setLosesWrites(boolean loses) {
        losesWrites = loses;
    }

    /** Is put back to an older state of a room, which had only so many entries. */
    public synchronized void goBack(RoomId room, int entries) {
        Kept kept = kept(room);
        while (kept.entries.size() > entries) kept.entries.pollLastEntry();
        kept.settled = kept.entries.isEmpty() ? Position.START : kept.entries.lastKey();
    }

    /** Everything that is here of a room. */
    public synchronized List<KeptEvent> entries(RoomId room) {
        Kept kept = rooms.get(room);
        return kept == null ? List.of() : List.copyOf(kept.entries.values());
    }

    private synchronized <T> CompletionStage<T> answer(Supplier<T> question) {
        return away
                ? CompletableFuture.failedStage(new HistoryUnavailable("archive_away", "the archive is away", null))
                : CompletableFuture.completedStage(question.get());
    }

    private Kept kept(RoomId room) {
        return rooms.computeIfAbsent(room, _ -> new Kept());
    }

    @Override
    public synchronized CompletionStage<Void> store(List<KeptEvent> entries) {
        if (losesWrites && !entries.isEmpty()) return CompletableFuture.failedStage(new HistoryUnavailable("lost"));
        return answer(() -> {
            for (KeptEvent entry : entries) {
                kept(entry.room()).entries.putIfAbsent(entry.position(), entry);
                if (entry instanceof KeptEvent.MessageDeleted) blank(kept(entry.room()), entry);
            }
            return null;
        });
    }

    private static void blank(Kept kept, KeptEvent deletion) {
        kept.entries
                .headMap(deletion.position())
                .replaceAll((_, entry) -> entry.messageId().equals(deletion.messageId()) ? entry.blanked() : entry);
    }

    @Override
    public CompletionStage<Position> reached(RoomId room, Position after, int limit) {
        return answer(() -> {
            Position place = after;
            for (int i = 0; i < limit; i++) {
                Position next = new Position(place.epoch(), place.offset() + 1);
                if (!entriesOf(room).containsKey(next)) break;
                place = next;
            }
            return place;
        });
    }

    /** Without making it known. */
    private NavigableMap<Position, KeptEvent> entriesOf(RoomId room) {
        Kept kept = rooms.get(room);
        return kept == null ? new TreeMap<>() : kept.entries;
    }

    private NavigableMap<Position, KeptEvent> between(RoomId room, Position after, Position upTo) {
        return upTo.isAfter(after) ? new TreeMap<>(entriesOf(room).subMap(after, false, upTo, true)) : new TreeMap<>();
    }

    @Override
    public CompletionStage<Boolean> settle(RoomId room, Position after, Position upTo, Retention retention) {
        return answer(() -> {
            Kept kept = kept(room);
            if (after.isAfter(kept.settled)) return false;
            if (upTo.isAfter(kept.settled)) kept.settled = upTo;
            for (KeptEvent entry : List.copyOf(kept.entries.values()))
                if (entry instanceof KeptEvent.MessageDeleted) blank(kept, entry);
            kept.retention = retention;
            trim(kept);
            return true;
        });
    }

    private int trim(Kept kept) {
        int gone = 0;
        while (!kept.entries.isEmpty() && isOver(kept)) {
            kept.entries.pollFirstEntry();
            gone++;
        }
        return gone;
    }

    private boolean isOver(Kept kept) {
        Retention limit = kept.retention;
        return shown(kept, kept.settled) > limit.maxMessages()
                || kept.entries.values().stream()
                                .mapToLong(KeptEvent::weightBytes)
                                .sum()
                        > limit.maxBytes()
                || (limit.maxAge().toDays() < 365_000
                        && kept.entries.firstEntry().getValue().timestampMillis()
                                < clock.millis() - limit.maxAge().toMillis());
    }

    private static long shown(Kept kept, Position upTo) {
        return kept.entries.headMap(upTo, true).values().stream()
                .filter(MemoryArchive::isShown)
                .count();
    }

    private static boolean isShown(KeptEvent entry) {
        return entry instanceof KeptEvent.MessagePosted p && !p.message().deleted();
    }

    @Override
    public CompletionStage<Optional<Position>> settled(RoomId room) {
        return answer(() -> Optional.ofNullable(rooms.get(room)).map(kept -> kept.settled));
    }

    @Override
    public CompletionStage<List<KeptEvent>> read(RoomId room, Position after, Position upTo, int limit) {
        return answer(
                () -> between(room, after, upTo).values().stream().limit(limit).toList());
    }

    @Override
    public CompletionStage<Optional<Message>> find(RoomId room, String messageId) {
        return answer(() -> entriesOf(room).descendingMap().values().stream()
                .filter(entry -> entry instanceof KeptEvent.MessagePosted
                        && entry.messageId().equals(messageId))
                .findFirst()
                .map(entry -> now(room, entry)));
    }

    private Message now(RoomId room, KeptEvent posted) {
        Message now = ((KeptEvent.MessagePosted) posted).message();
        for (KeptEvent entry : entriesOf(room).tailMap(posted.position(), false).values())
            if (entry.messageId().equals(posted.messageId())) now = now.changedBy(entry);
        return now;
    }

    @Override
    public CompletionStage<List<Message>> before(RoomId room, Position before, int limit) {
        return answer(() -> messages(
                room, entriesOf(room).headMap(before, false).descendingMap().values(), limit));
    }

    @Override
    public CompletionStage<List<Message>> after(RoomId room, Position after, Position upTo, int limit) {
        return answer(() -> messages(room, between(room, after, upTo).values(), limit));
    }

    private List<Message> messages(RoomId room, Iterable<KeptEvent> entries, int limit) {
        List<Message> found = new ArrayList<>();
        for (KeptEvent entry : entries)
            if (found.size() < limit && isShown(entry)) {
                Message now = now(room, entry);
                if (!now.deleted()) found.add(now);
            }
        return found;
    }

    @Override
    public CompletionStage<List<RoomSummary>> rooms(@Nullable RoomId after, int limit) {
        return answer(() -> rooms.entrySet().stream()
                .filter(room -> after == null || RoomId.BY_NAME.compare(room.getKey(), after) > 0)
                .map(room -> summary(room.getKey(), room.getValue()))
                .filter(summary -> summary.messages() > 0)
                .limit(limit)
                .toList());
    }

    @Override
    public CompletionStage<List<RoomId>> known(@Nullable RoomId after, int limit) {
        return answer(() -> rooms.keySet().stream()
                .filter(room -> after == null || RoomId.BY_NAME.compare(room, after) > 0)
                .limit(limit)
                .toList());
    }

    private static RoomSummary summary(RoomId room, Kept kept) {
        long last = kept.entries.headMap(kept.settled, true).values().stream()
                .filter(entry -> entry instanceof KeptEvent.MessagePosted)
                .mapToLong(KeptEvent::timestampMillis)
                .max()
                .orElse(0);
        return new RoomSummary(room, shown(kept, kept.settled), last);
    }

    @Override
    public CompletionStage<Map<RoomId, Long>> shown(Map<RoomId, Position> upTo) {
        return answer(() -> {
            Map<RoomId, Long> found = new HashMap<>();
            upTo.forEach((room, place) -> {
                if (rooms.containsKey(room)) found.put(room, shown(kept(room), place));
            });
            return found;
        });
    }

    @Override
    public CompletionStage<Boolean> retain() {
        return answer(() -> {
            int gone = 0;
            for (Kept kept : rooms.values()) gone += trim(kept);
            return gone > 0;
        });
    }

    @Override
    public synchronized boolean isHealthy() {
        return !away;
    }
}
