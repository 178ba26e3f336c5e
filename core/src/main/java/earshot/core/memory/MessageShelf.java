package earshot.core.memory;

import earshot.core.history.MessageBook.Page;
import earshot.core.message.Change;
import earshot.core.message.Command.From;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.Problem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The messages of one room as they are now, each in its old place. Deleted ones keep their place, blanked. Not thread-safe. */
final class MessageShelf {
    private final TreeMap<Position, Message> byPosition = new TreeMap<>();
    private final Map<String, Position> places = new HashMap<>();
    private long shown;
    private long bytes;

    @Nullable
    Message find(String messageId) {
        Position place = places.get(messageId);
        return place == null ? null : byPosition.get(place);
    }

    /** Why a change cannot be made now; null: it can. */
    @Nullable
    Problem problemWith(Change change) {
        Message known = find(change.messageId());
        if (change instanceof Change.Post) return known == null ? null : Problem.CONFLICT;
        return known == null || known.deleted() ? Problem.NOT_FOUND : null;
    }

    void apply(KeptEvent entry) {
        if (entry instanceof KeptEvent.MessagePosted posted) {
            put(posted.message());
            return;
        }
        Message known = find(entry.messageId());
        if (known != null && !known.deleted()) put(known.changedBy(entry));
    }

    Page page(From from, int limit) {
        return switch (from) {
            case From.Newest _ -> backward(byPosition.descendingMap(), limit);
            case From.Before before ->
                backward(byPosition.headMap(before.position(), false).descendingMap(), limit);
            case From.After after -> forward(byPosition.tailMap(after.position(), false), limit);
            case From.AfterMessage after -> {
                Position place = places.get(after.messageId());
                yield forward(place == null ? byPosition : byPosition.tailMap(place, false), limit);
            }
            case From.BeforeMessage before -> {
                Position place = places.get(before.messageId());
                yield place == null
                        ? new Page(List.of(), true)
                        : backward(byPosition.headMap(place, false).descendingMap(), limit);
            }
        };
    }

    long count() {
        return shown;
    }

    long lastMillis() {
        return byPosition.isEmpty() ? 0 : byPosition.lastEntry().getValue().timestampMillis();
    }

    /** Over a limit the oldest go; places of deleted messages go with those around them. */
    void trim(long maxMessages, long maxBytes, long oldestMillis) {
        while (!byPosition.isEmpty()) {
            Message oldest = byPosition.firstEntry().getValue();
            if (shown <= maxMessages && bytes <= maxBytes && oldest.timestampMillis() >= oldestMillis) return;
            forget(oldest);
        }
    }

    /** Back to what the given entries say; messages from before them stay as they are. */
    void rewind(EntryRing entries, Position before) {
        for (Message message : List.copyOf(byPosition.tailMap(before, false).values())) forget(message);
        for (int i = 0; i < entries.size(); i++) apply(entries.get(i));
    }

    private void put(Message message) {
        places.put(message.id(), message.position());
        count(byPosition.put(message.position(), message), -1);
        count(message, 1);
    }

    private void forget(Message message) {
        places.remove(message.id());
        count(byPosition.remove(message.position()), -1);
    }

    private void count(@Nullable Message message, int sign) {
        if (message == null) return;
        bytes += (long) sign * message.weightBytes();
        if (!message.deleted()) shown += sign;
    }

    private static Page forward(NavigableMap<Position, Message> messages, int limit) {
        List<Message> found = new ArrayList<>();
        return new Page(found, take(messages, limit, found));
    }

    private static Page backward(NavigableMap<Position, Message> newestFirst, int limit) {
        List<Message> found = new ArrayList<>();
        boolean complete = take(newestFirst, limit, found);
        Collections.reverse(found);
        return new Page(found, complete);
    }

    /** Whether all fitted. */
    private static boolean take(NavigableMap<Position, Message> messages, int limit, List<Message> into) {
        for (Message message : messages.values()) {
            if (message.deleted()) continue;
            if (into.size() == limit) return false;
            into.add(message);
        }
        return true;
    }
}
