package earshot.core.memory;

import earshot.core.history.RoomLog;
import earshot.core.message.RoomId;
import earshot.core.testkit.RoomLogContract;

final class MemoryHistoryLogTest extends RoomLogContract {
    private final MemoryHistory history = new MemoryHistory(clock);

    @Override
    protected RoomLog log() {
        return history;
    }

    @Override
    protected void rollBack(RoomId room, int entries) {
        history.rollBack(room, entries);
    }
}
