package earshot.core.memory;

import earshot.core.history.MessageBook.Page;
import earshot.core.history.MessageBook.RoomSummary;
import earshot.core.history.Retention;
import earshot.core.history.RoomLog.Appended;
import earshot.core.history.RoomLog.Follower;
import earshot.core.history.RoomLog.Slice;
import earshot.core.message.Command.From;
import earshot.core.message.Draft;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.Problem;
import earshot.core.message.RoomId;
import earshot.core.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One room of {@link MemoryHistory}. Thread-safe behind its own lock. Followers are told under the lock, so that they hear in position order;
 * they neither block nor throw.
 */
final class RoomMemory {
    private static final Duration LONGEST = Duration.ofDays(365_000);

    private final RoomId room;
    private final Clock clock;
    private final long maxBytes;
    private final PositionRing<KeptEvent> entries = new PositionRing<>(KeptEvent::position, KeptEvent::weightBytes);
    private final MessageShelf shelf = new MessageShelf();
    private final IdempotencyKeys keys = new IdempotencyKeys();
    private final List<Follower> followers = new ArrayList<>();
    private Retention retention = Retention.EVERYTHING;
    private long epoch;
    private long offset;
    /** The last position that is gone from the beginning; entries after it are all here. */
    private Position trimmed = Position.START;

    RoomMemory(RoomId room, Clock clock, long maxBytes, long epoch) {
        this.room = room;
        this.clock = clock;
        this.maxBytes = maxBytes;
        this.epoch = epoch;
    }

    synchronized Position open(Retention wanted) {
        retention = wanted;
        trim();
        return top();
    }

    synchronized Appended append(Draft draft) {
        long now = clock.nanos();
        KeptEvent first = keys.find(draft, now);
        if (first != null) return new Appended.Stored(first, true);
        Problem problem = shelf.problemWith(draft.change());
        if (problem != null) return new Appended.NotStored(problem);
        return new Appended.Stored(store(draft, now), false);
    }

    private KeptEvent store(Draft draft, long now) {
        KeptEvent entry = draft.at(new Position(epoch, ++offset));
        if (entry instanceof KeptEvent.MessageDeleted) blank(entry.messageId());
        entries.add(entry);
        shelf.apply(entry);
        keys.remember(draft, entry, now);
        trim();
        for (Follower follower : followers) follower.onEntry(entry);
        return entry;
    }

    synchronized Slice read(Position after, int limit) {
        trim();
        List<KeptEvent> found = new ArrayList<>();
        for (int i = entries.indexAfter(after); i < entries.size() && found.size() < limit; i++)
            found.add(entries.get(i));
        return new Slice(List.copyOf(found), top(), reaches(after));
    }

    private boolean reaches(Position after) {
        if (after.compareTo(trimmed) < 0) return false;
        boolean fromTheBeginning = after.equals(Position.START);
        boolean oneEpoch = entries.size() == 0 || entries.get(0).position().epoch() == epoch;
        if (fromTheBeginning) return oneEpoch;
        return after.epoch() == epoch && after.offset() <= offset;
    }

    synchronized void follow(Follower follower) {
        followers.add(follower);
    }

    synchronized void unfollow(Follower follower) {
        followers.remove(follower);
    }

    synchronized @Nullable Message find(String messageId) {
        trim();
        return shelf.find(messageId);
    }

    synchronized Page page(From from, int limit) {
        trim();
        return shelf.page(from, limit);
    }

    synchronized RoomSummary summary() {
        trim();
        return new RoomSummary(room, shelf.count(), shelf.lastMillis());
    }

    synchronized void rollBack(int count, long newEpoch) {
        for (int i = 0; i < count && entries.size() > 0; i++) entries.removeNewest();
        epoch = newEpoch;
        offset = 0;
        keys.clear();
        shelf.rewind(entries, trimmed);
        for (Follower follower : followers) follower.onGap();
    }

    private Position top() {
        return new Position(epoch, offset);
    }

    private void blank(String messageId) {
        Message message = shelf.find(messageId);
        if (message == null) return;
        for (int i = Math.max(0, entries.indexAfter(message.position()) - 1); i < entries.size(); i++) {
            if (entries.get(i).messageId().equals(messageId))
                entries.set(i, entries.get(i).blanked());
        }
    }

    private void trim() {
        long oldestMillis = oldestMillis();
        long bytes = Math.min(maxBytes, retention.maxBytes());
        shelf.trim(retention.maxMessages(), bytes, oldestMillis);
        while (entries.size() > 0 && isOver(bytes, oldestMillis))
            trimmed = entries.removeOldest().position();
    }

    private boolean isOver(long bytes, long oldestMillis) {
        return entries.size() > retention.maxMessages()
                || entries.bytes() > bytes
                || entries.get(0).timestampMillis() < oldestMillis;
    }

    private long oldestMillis() {
        Duration age = retention.maxAge();
        return age.compareTo(LONGEST) > 0 ? Long.MIN_VALUE : clock.millis() - age.toMillis();
    }
}
