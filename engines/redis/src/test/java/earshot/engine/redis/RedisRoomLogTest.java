package earshot.engine.redis;

import earshot.core.history.RoomLog;
import earshot.core.message.RoomId;
import earshot.core.telemetry.Meter;
import earshot.core.testkit.RoomLogContract;
import earshot.core.time.Clock;
import earshot.engine.redis.testkit.RedisServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

final class RedisRoomLogTest extends RoomLogContract {
    private final RedisServer server = RedisServer.shared();
    private RedisLink link;
    private RedisHistory history;

    @BeforeEach
    void connect() {
        server.ask("FLUSHALL");
        link = RedisLink.connect(Hasty.of(server.address()), Clock.SYSTEM, Meter.NONE);
        history = new RedisHistory(link, clock);
    }

    @AfterEach
    void disconnect() {
        link.close();
    }

    @Override
    protected RoomLog log() {
        return history;
    }

    /** The newest entries are not there any more, and nothing else says so: as a server that was restored from an older copy. */
    @Override
    protected void rollBack(RoomId room, int entries) {
        RollBack.loseNewest(server, room, entries);
    }

    @Override
    protected void reopen() {
        disconnect();
        link = RedisLink.connect(Hasty.of(server.address()), Clock.SYSTEM, Meter.NONE);
        history = new RedisHistory(link, clock);
    }

    @Override
    protected void trim(RoomId room) {
        await(history.trim(room));
    }
}
