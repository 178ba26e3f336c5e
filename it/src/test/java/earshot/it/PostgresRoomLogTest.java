package earshot.it;

import earshot.core.history.RoomLog;
import earshot.core.message.RoomId;
import earshot.core.telemetry.Meter;
import earshot.core.testkit.RoomLogContract;
import earshot.engine.redis.Archived;
import earshot.engine.redis.RollBack;
import earshot.engine.redis.testkit.RedisServer;
import earshot.engine.sql.postgres.PostgresArchive;
import earshot.engine.sql.testkit.PostgresServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The log of which a real Redis keeps one message, and a real PostgreSQL the rest. */
class PostgresRoomLogTest extends RoomLogContract {
    private final RedisServer redis = RedisServer.shared();
    private PostgresArchive archive;
    private Archived log;

    @BeforeEach
    void connect() {
        redis.ask("FLUSHALL");
        archive = PostgresArchive.open(PostgresServer.shared().database().settings(), clock, Meter.NONE);
        log = Archived.connect(redis, archive, clock);
    }

    @AfterEach
    void disconnect() {
        log.close();
        archive.close();
    }

    @Override
    protected RoomLog log() {
        return log;
    }

    @Override
    protected void rollBack(RoomId room, int entries) {
        RollBack.loseNewest(redis, room, entries);
    }

    @Override
    protected void reopen() {
        log.close();
        log = Archived.connect(redis, archive, clock);
    }

    @Override
    protected void trim(RoomId room) {
        await(log.settle(room));
    }
}
