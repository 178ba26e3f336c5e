package earshot.engine.redis;

import earshot.core.history.RoomLog;
import earshot.core.message.RoomId;
import earshot.core.testkit.MemoryArchive;
import earshot.core.testkit.RoomLogContract;
import earshot.engine.redis.testkit.RedisServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The log of which Redis keeps one message, and the archive the rest. */
final class ArchivedRoomLogTest extends RoomLogContract {
    private final RedisServer server = RedisServer.shared();
    private final MemoryArchive archive = new MemoryArchive(clock);
    private Archived log;

    @BeforeEach
    void connect() {
        server.ask("FLUSHALL");
        log = Archived.connect(server, archive, clock);
    }

    @AfterEach
    void disconnect() {
        log.close();
    }

    @Override
    protected RoomLog log() {
        return log;
    }

    @Override
    protected void rollBack(RoomId room, int entries) {
        RollBack.loseNewest(server, room, entries);
    }

    @Override
    protected void reopen() {
        disconnect();
        log = Archived.connect(server, archive, clock);
    }

    @Override
    protected void trim(RoomId room) {
        await(log.settle(room));
    }
}
