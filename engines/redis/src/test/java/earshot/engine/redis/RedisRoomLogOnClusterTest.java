package earshot.engine.redis;

import earshot.core.history.RoomLog;
import earshot.core.message.RoomId;
import earshot.core.telemetry.Meter;
import earshot.core.testkit.RoomLogContract;
import earshot.core.time.Clock;
import earshot.engine.redis.testkit.RedisCluster;
import earshot.engine.redis.testkit.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** The same promises where every partition is in a slot and every slot is with one of three masters. */
final class RedisRoomLogOnClusterTest extends RoomLogContract {
    private static RedisCluster cluster;

    private RedisLink link;
    private RedisHistory history;

    @BeforeAll
    static void start() {
        cluster = RedisCluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @BeforeEach
    void connect() {
        link = RedisLink.connect(RedisSettings.of(cluster.addresses()), Clock.SYSTEM, Meter.NONE);
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

    /** What a promoted replica looks like: the newest entries are not there, and the server says of itself that it is another. */
    @Override
    protected void rollBack(RoomId room, int entries) {
        String at = link.batcher().laneName(new Partitions("earshot:").key("log", room));
        for (int shard = 0; shard < 3; shard++) {
            RedisServer master = cluster.master(shard);
            if (!at.equals("127.0.0.1:" + master.port())) continue;
            RollBack.loseNewest(master, room, entries);
            master.ask("DEBUG", "CHANGE-REPL-ID");
        }
        // A node that has seen nothing of it must find out as well.
        reopen();
    }

    @Override
    protected void reopen() {
        disconnect();
        connect();
    }

    @Override
    protected void trim(RoomId room) {
        await(history.trim(room));
    }
}
