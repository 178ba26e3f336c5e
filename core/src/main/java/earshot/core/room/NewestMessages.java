package earshot.core.room;

import earshot.core.history.Retention;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.MessageWindow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The newest messages of a room as they are at its applied position, for those who join. Confined to the room's loop. A few more than the rules
 * ask for are kept, so that deleting some does not need the book.
 */
final class NewestMessages {
    /** How many different limits are remembered between two changes; clients of one dialect ask for the same. */
    private static final int MAX_WINDOWS = 8;

    private final int wanted;
    private final int kept;
    private final long maxAgeMillis;
    private final Map<String, Message> messages = new LinkedHashMap<>();
    private final Map<Integer, MessageWindow> windows = new HashMap<>(2);
    private @Nullable Message newest;
    private boolean complete;

    NewestMessages(RoomRules rules) {
        Retention retention = rules.retention();
        wanted = (int) Math.min(rules.window(), retention.maxMessages());
        kept = rules.atHand();
        maxAgeMillis = retention.maxAge().compareTo(Duration.ofDays(365_000)) > 0
                ? Long.MAX_VALUE
                : retention.maxAge().toMillis();
    }

    /** How many to ask the book for; 0: none at all. */
    int size() {
        return kept;
    }

    /** @param nothingOlder whether these are all that the book has */
    void reset(List<Message> oldestFirst, boolean nothingOlder) {
        messages.clear();
        newest = null;
        for (Message message : oldestFirst) add(message);
        complete = nothingOlder;
        windows.clear();
    }

    /** Applying again what the messages show already changes nothing in the end. */
    void apply(KeptEvent entry) {
        if (kept == 0) return;
        windows.clear();
        if (entry instanceof KeptEvent.MessagePosted posted) {
            onPosted(posted.message());
            return;
        }
        Message known = messages.get(entry.messageId());
        if (known == null) return;
        Message changed = known.changedBy(entry);
        if (changed.deleted()) messages.remove(changed.id());
        else messages.put(changed.id(), changed);
    }

    private void onPosted(Message message) {
        if (message.deleted()) messages.remove(message.id());
        else if (messages.containsKey(message.id())) messages.put(message.id(), message);
        // Older than the newest and not known: it was deleted or pushed out later on, and the book knew that already.
        else if (newest == null || message.position().isAfter(newest.position())) add(message);
    }

    private void add(Message message) {
        messages.put(message.id(), message);
        newest = message;
        if (messages.size() > kept) {
            Iterator<Message> oldest = messages.values().iterator();
            oldest.next();
            oldest.remove();
            complete = false;
        }
    }

    @Nullable
    Message find(String messageId) {
        return messages.get(messageId);
    }

    /** Whether more was deleted than is kept to spare, while the book has older ones. */
    boolean isShort() {
        return !complete && messages.size() < wanted;
    }

    /** The same object until the next change; fewer than asked when the rules keep fewer at hand. */
    MessageWindow window(int limit, long nowMillis) {
        forgetOld(nowMillis);
        int count = Math.min(Math.min(limit, wanted), messages.size());
        if (count == 0) return MessageWindow.EMPTY;
        MessageWindow known = windows.get(count);
        if (known != null) return known;
        List<Message> all = new ArrayList<>(messages.values());
        var window = new MessageWindow(all.subList(all.size() - count, all.size()));
        if (windows.size() < MAX_WINDOWS) windows.put(count, window);
        return window;
    }

    private void forgetOld(long nowMillis) {
        if (maxAgeMillis == Long.MAX_VALUE) return;
        Iterator<Message> oldest = messages.values().iterator();
        while (oldest.hasNext() && nowMillis - oldest.next().timestampMillis() > maxAgeMillis) {
            oldest.remove();
            windows.clear();
        }
    }
}
