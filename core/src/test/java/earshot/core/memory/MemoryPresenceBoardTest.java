package earshot.core.memory;

import earshot.core.presence.PresenceBoard;
import earshot.core.testkit.PresenceBoardContract;

final class MemoryPresenceBoardTest extends PresenceBoardContract {
    private final MemoryPresenceBoard board = new MemoryPresenceBoard();

    @Override
    protected PresenceBoard board() {
        return board;
    }
}
