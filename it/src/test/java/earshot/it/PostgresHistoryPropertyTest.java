package earshot.it;

import earshot.core.history.Archive;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.engine.redis.ArchivedHistoryProperties;
import earshot.engine.sql.postgres.PostgresArchive;
import earshot.engine.sql.testkit.PostgresServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** Random things over a real Redis and a real PostgreSQL. */
class PostgresHistoryPropertyTest extends ArchivedHistoryProperties {
    private @Nullable PostgresArchive open;

    @Override
    protected Archive archive(Clock time) {
        close();
        open = PostgresArchive.open(PostgresServer.shared().database().settings(), time, Meter.NONE);
        return open;
    }

    /** Once a round: each has connections, and the server has a hundred. */
    @AfterEach
    void close() {
        if (open != null) open.close();
        open = null;
    }
}
