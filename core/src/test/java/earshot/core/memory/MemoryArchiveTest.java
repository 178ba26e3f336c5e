package earshot.core.memory;

import earshot.core.history.Archive;
import earshot.core.testkit.ArchiveContract;
import earshot.core.testkit.MemoryArchive;

/** The archive that other tests use keeps what an archive promises. */
final class MemoryArchiveTest extends ArchiveContract {
    private final MemoryArchive archive = new MemoryArchive(clock);

    @Override
    protected Archive archive() {
        return archive;
    }
}
