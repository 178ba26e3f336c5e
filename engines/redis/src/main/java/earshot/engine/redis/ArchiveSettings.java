package earshot.engine.redis;

import earshot.core.history.Archive;
import earshot.core.lease.Leases;
import java.time.Duration;

/**
 * Where entries go when Redis is not to keep them.
 *
 * @param leases decides which node looks after which partition
 * @param keepMessages so many messages of a room stay in Redis, 1..
 * @param keepAge nothing older stays; zero: whatever its age
 */
public record ArchiveSettings(Archive archive, Leases leases, long keepMessages, Duration keepAge) {
    public ArchiveSettings {
        if (keepMessages < 1) throw new IllegalArgumentException("keepMessages: " + keepMessages + " (expected: >= 1)");
        if (keepAge.isNegative()) throw new IllegalArgumentException("keepAge: " + keepAge + " (expected: >= 0)");
    }
}
