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
import org.jspecify.annotations.Nullable;

/** The messages of one room as they are now, each in its old place. Deleted ones keep their place, blanked. Not thread-safe. */
final class MessageShelf {
    private final PositionRing<Message> messages = new PositionRing<>(Message::position, Message::weightBytes);
    private final Map<String, Message> byId = new HashMap<>();
    private long shown;

    @Nullable
    Message find(String messageId) {
        return byId.get(messageId);
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
            case From.Newest _ -> backward(messages.size(), limit);
            case From.Before before -> backward(indexOf(before.position()), limit);
            case From.After after -> forward(messages.indexAfter(after.position()), limit);
            case From.AfterMessage after -> {
                Message known = find(after.messageId());
                yield forward(known == null ? 0 : messages.indexAfter(known.position()), limit);
            }
            case From.BeforeMessage before -> {
                Message known = find(before.messageId());
                yield known == null ? new Page(List.of(), true) : backward(indexOf(known.position()), limit);
            }
        };
    }

    long count() {
        return shown;
    }

    long lastMillis() {
        return messages.size() == 0 ? 0 : messages.get(messages.size() - 1).timestampMillis();
    }

    /** Over a limit the oldest go; places of deleted messages go with those around them. */
    void trim(long maxMessages, long maxBytes, long oldestMillis) {
        while (messages.size() > 0) {
            boolean fits = shown <= maxMessages && messages.bytes() <= maxBytes;
            if (fits && messages.get(0).timestampMillis() >= oldestMillis) return;
            forget(messages.removeOldest());
        }
    }

    /** Back to what the given entries say; messages from before them stay as they are. */
    void rewind(PositionRing<KeptEvent> entries, Position before) {
        while (messages.size() > 0
                && messages.get(messages.size() - 1).position().isAfter(before)) {
            forget(messages.removeNewest());
        }
        for (int i = 0; i < entries.size(); i++) apply(entries.get(i));
    }

    /** A new message is the newest; a changed one takes its old place. */
    private void put(Message message) {
        Message before = byId.put(message.id(), message);
        if (before == null) messages.add(message);
        else messages.set(indexOf(before.position()), message);
        if (before != null && !before.deleted()) shown--;
        if (!message.deleted()) shown++;
    }

    private void forget(Message message) {
        byId.remove(message.id());
        if (!message.deleted()) shown--;
    }

    /** Where the message of this position is, or the first after it. */
    private int indexOf(Position position) {
        int after = messages.indexAfter(position);
        return after > 0 && messages.get(after - 1).position().equals(position) ? after - 1 : after;
    }

    private Page forward(int from, int limit) {
        List<Message> found = new ArrayList<>();
        for (int i = from; i < messages.size(); i++)
            if (!take(messages.get(i), limit, found)) return new Page(found, false);
        return new Page(found, true);
    }

    /** The last ones before an index, oldest first. */
    private Page backward(int to, int limit) {
        List<Message> found = new ArrayList<>();
        boolean complete = true;
        for (int i = to - 1; complete && i >= 0; i--) complete = take(messages.get(i), limit, found);
        Collections.reverse(found);
        return new Page(found, complete);
    }

    /** Whether there was room for it. */
    private static boolean take(Message message, int limit, List<Message> into) {
        if (message.deleted()) return true;
        if (into.size() == limit) return false;
        into.add(message);
        return true;
    }
}
