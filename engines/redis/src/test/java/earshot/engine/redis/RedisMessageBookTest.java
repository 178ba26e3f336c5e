package earshot.engine.redis;

import earshot.core.history.MessageBook;
import earshot.core.history.RoomLog;
import earshot.core.message.RoomId;
import earshot.core.telemetry.Meter;
import earshot.core.testkit.MessageBookContract;
import earshot.core.time.Clock;
import earshot.engine.redis.testkit.RedisServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

final class RedisMessageBookTest extends MessageBookContract {
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

    @Override
    protected MessageBook book() {
        return history;
    }

    @Override
    protected void trim(RoomId room) {
        await(history.trim(room));
    }
}
