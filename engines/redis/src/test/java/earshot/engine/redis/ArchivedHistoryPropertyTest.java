package earshot.engine.redis;

import earshot.core.history.Archive;
import earshot.core.testkit.MemoryArchive;
import earshot.core.time.Clock;

final class ArchivedHistoryPropertyTest extends ArchivedHistoryProperties {
    @Override
    protected Archive archive(Clock time) {
        return new MemoryArchive(time);
    }
}
