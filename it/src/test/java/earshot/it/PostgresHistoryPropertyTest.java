package earshot.it;

import earshot.core.history.Archive;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.engine.redis.ArchivedHistoryProperties;
import earshot.engine.sql.postgres.PostgresArchive;
import earshot.engine.sql.testkit.PostgresServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Random things over a real Redis and a real PostgreSQL. */
class PostgresHistoryPropertyTest extends ArchivedHistoryProperties {
    private final List<PostgresArchive> archives = new ArrayList<>();

    @Override
    protected Archive archive(Clock time) {
        PostgresArchive made =
                PostgresArchive.open(PostgresServer.shared().database().settings(), time, Meter.NONE);
        archives.add(made);
        return made;
    }

    @AfterEach
    void closeArchives() {
        archives.forEach(PostgresArchive::close);
    }
}
