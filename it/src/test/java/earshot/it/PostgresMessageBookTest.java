package earshot.it;

import earshot.core.history.MessageBook;
import earshot.core.history.RoomLog;
import earshot.core.message.RoomId;
import earshot.core.telemetry.Meter;
import earshot.core.testkit.MessageBookContract;
import earshot.engine.redis.Archived;
import earshot.engine.redis.testkit.RedisServer;
import earshot.engine.sql.postgres.PostgresArchive;
import earshot.engine.sql.testkit.PostgresServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The book of which a real Redis keeps one message, and a real PostgreSQL the rest. */
class PostgresMessageBookTest extends MessageBookContract {
    private final RedisServer redis = RedisServer.shared();
    private PostgresArchive archive;
    private Archived book;

    @BeforeEach
    void connect() {
        redis.ask("FLUSHALL");
        archive = PostgresArchive.open(PostgresServer.shared().database().settings(), clock, Meter.NONE);
        book = Archived.connect(redis, archive, clock);
    }

    @AfterEach
    void disconnect() {
        book.close();
        archive.close();
    }

    @Override
    protected RoomLog log() {
        return book;
    }

    @Override
    protected MessageBook book() {
        return book;
    }

    @Override
    protected void trim(RoomId room) {
        await(book.settle(room));
    }
}
