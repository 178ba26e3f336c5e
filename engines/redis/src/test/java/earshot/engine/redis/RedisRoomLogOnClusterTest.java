package earshot.engine.redis;

import static earshot.core.testkit.Drafts.freshRoom;
import static earshot.core.testkit.Drafts.post;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.history.RoomLog;
import earshot.core.message.KeptEvent;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import earshot.core.telemetry.Meter;
import earshot.core.testkit.RoomLogContract;
import earshot.core.time.Clock;
import earshot.engine.redis.testkit.RedisCluster;
import earshot.engine.redis.testkit.RedisServer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The same promises where every partition is in a slot and every slot is with one of three masters. */
final class RedisRoomLogOnClusterTest extends RoomLogContract {
    private static final RedisCluster CLUSTER = RedisCluster.shared();

    private RedisLink link;
    private RedisHistory history;

    @BeforeEach
    void connect() {
        link = RedisLink.connect(Hasty.of(CLUSTER.addresses()), Clock.SYSTEM, Meter.NONE);
        history = new RedisHistory(link, clock);
    }

    @AfterEach
    void disconnect() {
        link.close();
    }

    @Test
    void log_whenItsSlotMoves_goesOnAtItsNewShardAndIsHeardThere() {
        RoomId room = freshRoom();
        Position before = open(room);
        List<KeptEvent> stored = postAll(room, "m1", "m2");
        List<KeptEvent> heard = new CopyOnWriteArrayList<>();
        AtomicInteger gaps = new AtomicInteger();
        history.follow(room, new RoomLog.Follower() {
            @Override
            public void onEntry(KeptEvent entry) {
                heard.add(entry);
            }

            @Override
            public void onGap() {
                gaps.incrementAndGet();
            }
        });
        String key = new Partitions("earshot:").key("log", room);
        String from = link.batcher().laneName(key);
        CLUSTER.moveSlot(Shards.slot(key));

        Heard.until(() -> gaps.get() > 0 && !link.batcher().laneName(key).equals(from));
        KeptEvent next = entry(append(room, post("m3")));
        assertThat(next.position()).isEqualTo(new Position(next.position().epoch(), 1));
        assertThat(next.position().epoch()).isGreaterThan(before.epoch());
        assertThat(read(room, Position.START).entries()).containsExactly(stored.get(0), stored.get(1), next);
        Heard.until(() -> heard.contains(next));
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
            RedisServer master = CLUSTER.master(shard);
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
