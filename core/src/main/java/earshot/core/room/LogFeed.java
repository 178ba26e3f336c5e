package earshot.core.room;

import earshot.core.history.RoomLog;
import earshot.core.message.KeptEvent;
import java.util.concurrent.atomic.AtomicInteger;

/** Brings a log's feed to the loop of its room; a feed that is faster than the loop is dropped, and what it had is read. Thread-safe. */
final class LogFeed implements RoomLog.Follower {
    /** Entries that wait for the loop. */
    private static final int MAX = 1024;

    private final Rooms rooms;
    private final RoomHistory history;
    private final AtomicInteger waiting = new AtomicInteger();

    LogFeed(Rooms rooms, RoomHistory history) {
        this.rooms = rooms;
        this.history = history;
    }

    @Override
    public void onEntry(KeptEvent entry) {
        if (waiting.incrementAndGet() > MAX) {
            if (waiting.getAndDecrement() == MAX + 1) onGap();
            return;
        }
        rooms.onLoop(() -> {
            waiting.decrementAndGet();
            history.onEntry(entry);
        });
    }

    @Override
    public void onGap() {
        rooms.onLoop(history::catchUp);
    }
}
