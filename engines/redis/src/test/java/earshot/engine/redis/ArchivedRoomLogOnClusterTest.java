package earshot.engine.redis;

import static earshot.core.testkit.Drafts.draft;
import static earshot.core.testkit.Drafts.edit;
import static earshot.core.testkit.Drafts.post;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.history.MessageBook.RoomSummary;
import earshot.core.history.Retention;
import earshot.core.history.RoomLog;
import earshot.core.message.Change;
import earshot.core.message.Command.From;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import earshot.core.testkit.Drafts;
import earshot.core.testkit.MemoryArchive;
import earshot.core.testkit.RoomLogContract;
import earshot.engine.redis.testkit.RedisCluster;
import earshot.engine.redis.testkit.RedisServer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The log of which three masters keep one message of each room, and the archive the rest. */
final class ArchivedRoomLogOnClusterTest extends RoomLogContract {
    private static final RedisCluster CLUSTER = RedisCluster.shared();

    private final MemoryArchive archive = new MemoryArchive(clock);
    private Archived log;

    @BeforeEach
    void connect() {
        for (int shard = 0; shard < 3; shard++) CLUSTER.master(shard).ask("FLUSHALL");
        log = Archived.connect(CLUSTER, archive, clock);
    }

    @AfterEach
    void disconnect() {
        log.close();
    }

    /** A room on each of the three shards. */
    private List<RoomId> roomOnEveryShard() {
        List<RoomId> rooms = new ArrayList<>();
        Set<String> shards = new HashSet<>();
        while (rooms.size() < 3) {
            RoomId room = Drafts.freshRoom();
            if (shards.add(log.laneOf(room))) rooms.add(room);
        }
        return rooms;
    }

    @Test
    void rooms_ofEveryShard_areSweptTrimmedListedAndChanged() {
        List<RoomId> rooms = roomOnEveryShard();
        for (RoomId room : rooms) {
            open(room);
            for (int i = 1; i <= 30; i++) await(log.append(draft(room, post("m" + i), clock.millis())));
        }
        await(log.sweepAll());
        for (RoomId room : rooms) {
            await(log.history.trim(room));
            assertThat(archive.entries(room)).hasSize(30);
            await(log.append(draft(room, edit("m1", "better"), clock.millis())));
            await(log.append(draft(room, new Change.Delete("m2"), clock.millis())));
            List<Message> oldest =
                    await(log.page(room, new From.After(Position.START), 2)).messages();
            assertThat(oldest).extracting(Message::id).containsExactly("m1", "m3");
            assertThat(oldest.getFirst().text()).isEqualTo("better");
        }
        assertThat(await(log.rooms(null, 100)))
                .filteredOn(summary -> rooms.contains(summary.room()))
                .hasSize(3)
                .extracting(RoomSummary::messages)
                .containsOnly(29L);
    }

    @Test
    void room_whoseShardLosesEverything_goesOnAboveWhatIsArchived() {
        List<RoomId> rooms = roomOnEveryShard();
        for (RoomId room : rooms) {
            open(room);
            for (int i = 1; i <= 20; i++) await(log.append(draft(room, post("m" + i), clock.millis())));
        }
        await(log.sweepAll());
        RoomId lost = rooms.getFirst();
        master(lost).ask("FLUSHALL");
        reopen();
        for (RoomId room : rooms) {
            Position top = await(log.open(room, Retention.EVERYTHING));
            KeptEvent next = entry(await(log.append(draft(room, post("m21"), clock.millis()))));
            assertThat(next.position().epoch()).isEqualTo(top.epoch());
            assertThat(await(log.page(room, new From.Newest(), 100)).messages())
                    .as("of %s", room.equals(lost) ? "the shard that lost it" : "another shard")
                    .extracting(Message::id)
                    .hasSize(21)
                    .startsWith("m1")
                    .endsWith("m21");
        }
        assertThat(await(log.history.read(lost, new Position(1, 5), 100)).reached())
                .isFalse();
    }

    private RedisServer master(RoomId room) {
        for (int shard = 0; shard < 3; shard++)
            if (log.laneOf(room).equals("127.0.0.1:" + CLUSTER.master(shard).port())) return CLUSTER.master(shard);
        throw new AssertionError("nobody has " + room);
    }

    @Override
    protected RoomLog log() {
        return log;
    }

    @Override
    protected void rollBack(RoomId room, int entries) {
        RollBack.loseNewest(master(room), room, entries);
        master(room).ask("DEBUG", "CHANGE-REPL-ID");
        reopen();
    }

    @Override
    protected void reopen() {
        disconnect();
        connectAgain();
    }

    private void connectAgain() {
        log = Archived.connect(CLUSTER, archive, clock);
    }

    @Override
    protected void trim(RoomId room) {
        await(log.settle(room));
    }
}
