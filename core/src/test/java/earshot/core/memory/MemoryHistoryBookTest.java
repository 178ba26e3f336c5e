package earshot.core.memory;

import earshot.core.history.MessageBook;
import earshot.core.history.RoomLog;
import earshot.core.testkit.MessageBookContract;

final class MemoryHistoryBookTest extends MessageBookContract {
    private final MemoryHistory history = new MemoryHistory(clock);

    @Override
    protected RoomLog log() {
        return history;
    }

    @Override
    protected MessageBook book() {
        return history;
    }
}
