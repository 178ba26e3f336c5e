package earshot.core.room;

import earshot.core.message.KeptEvent;
import earshot.core.message.Position;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The entries that a room applied last, so that a client that was away for a moment needs no read of the log. Bounded by number and weight.
 * Confined to the room's loop.
 */
final class RecentEntries {
    static final int MAX_ENTRIES = 256;
    static final int MAX_BYTES = 256 << 10;

    private final ArrayDeque<KeptEvent> entries = new ArrayDeque<>(4);
    private Position before = Position.START;
    private int bytes;

    /** Begins anew: nothing before this position is known. */
    void reset(Position position) {
        entries.clear();
        bytes = 0;
        before = position;
    }

    void add(KeptEvent entry) {
        if (entry instanceof KeptEvent.MessageDeleted) blank(entry.messageId());
        entries.addLast(entry);
        bytes += entry.weightBytes();
        while (entries.size() > MAX_ENTRIES || bytes > MAX_BYTES) removeOldest();
    }

    /** Every entry after a position, oldest first; nothing when they do not reach back to it. */
    Optional<List<KeptEvent>> after(Position position) {
        if (position.epoch() != before.epoch() || position.compareTo(before) < 0) return Optional.empty();
        List<KeptEvent> found = new ArrayList<>();
        Iterator<KeptEvent> newestFirst = entries.descendingIterator();
        while (newestFirst.hasNext()) {
            KeptEvent entry = newestFirst.next();
            if (!entry.position().isAfter(position)) break;
            found.add(entry);
        }
        Collections.reverse(found);
        return Optional.of(found);
    }

    private void removeOldest() {
        KeptEvent oldest = entries.removeFirst();
        bytes -= oldest.weightBytes();
        before = oldest.position();
    }

    /** What was deleted is not told to those who come back either. */
    private void blank(String messageId) {
        int size = entries.size();
        for (int i = 0; i < size; i++) {
            KeptEvent entry = entries.removeFirst();
            boolean same = entry.messageId().equals(messageId);
            KeptEvent kept = same ? entry.blanked() : entry;
            bytes += kept.weightBytes() - entry.weightBytes();
            entries.addLast(kept);
        }
    }
}
