package earshot.engine.redis;

import static earshot.core.testkit.Drafts.ADA;
import static earshot.core.testkit.Drafts.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.history.Archive;
import earshot.core.history.MessageBook.RoomSummary;
import earshot.core.history.Retention;
import earshot.core.history.RoomLog.Appended;
import earshot.core.memory.MemoryHistory;
import earshot.core.message.Body;
import earshot.core.message.Change;
import earshot.core.message.Command.From;
import earshot.core.message.Draft;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import earshot.core.telemetry.Meter;
import earshot.core.testkit.Drafts;
import earshot.core.testkit.ManualClock;
import earshot.core.testkit.Seeds;
import earshot.core.time.Clock;
import earshot.engine.redis.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Random things are said, changed and asked for on two nodes that archive and trim at random moments, down to a few messages, and everything is as the
 * memory engine has it.
 */
public abstract class ArchivedHistoryProperties {
    private static final int ROUNDS = Boolean.getBoolean("earshot.long") ? 60 : 2;
    private static final int STEPS = 150;

    private final RedisServer server = RedisServer.shared();
    private final Partitions partitions = new Partitions("earshot:");
    private final List<Archived> nodes = new ArrayList<>();
    private ManualClock clock;
    private MemoryHistory model;
    private List<RoomId> rooms;
    private Random random;
    private int said;

    /** One that knows of nothing. */
    protected abstract Archive archive(Clock time);

    @AfterEach
    void disconnect() {
        for (Archived node : nodes) node.close();
        nodes.clear();
    }

    @Test
    protected void history_anything_isAsInMemory() {
        long seed = Seeds.first();
        for (int round = 0; round < ROUNDS; round++) {
            random = new Random(seed + round);
            begin();
            for (int step = 0; step < STEPS; step++) {
                try {
                    step();
                } catch (AssertionError e) {
                    throw new AssertionError("seed " + (seed + round) + ", step " + step, e);
                }
            }
        }
    }

    private void begin() {
        disconnect();
        server.ask("FLUSHALL");
        clock = new ManualClock();
        model = new MemoryHistory(clock);
        said = 0;
        rooms = List.of(Drafts.freshRoom(), Drafts.freshRoom());
        for (RoomId room : rooms) sameEpoch(room);
        Archive archive = archive(clock);
        for (int i = 0; i < 2; i++) {
            nodes.add(new Archived(server, archive, Archived.LEASES, 1 + random.nextInt(4), clock, Meter.NONE));
            for (RoomId room : rooms) Ledger.await(nodes.get(i).open(room, Retention.EVERYTHING));
        }
    }

    /** So that positions can be compared. */
    private void sameEpoch(RoomId room) {
        String epoch = "" + Ledger.await(model.open(room, Retention.EVERYTHING)).epoch();
        String info = server.ask("INFO", "replication");
        int at = info.indexOf("master_replid:") + "master_replid:".length();
        String replid = info.substring(at, at + 40);
        server.ask("HSET", partitions.of(Partitions.of(room)) + "epoch", "epoch", epoch, "replid", replid);
        server.ask("HSET", partitions.key("room", room), "e", epoch, "x", "1");
    }

    private void step() {
        RoomId room = rooms.get(random.nextInt(rooms.size()));
        Archived node = nodes.get(random.nextInt(nodes.size()));
        switch (random.nextInt(12)) {
            case 0 -> clock.advance(Duration.ofSeconds(random.nextInt(100)));
            case 1 -> {
                String id = id();
                assertThat(Ledger.await(node.history.find(room, id)))
                        .as(id)
                        .isEqualTo(Ledger.await(model.find(room, id)));
            }
            case 2, 3 -> {
                From from = from(room);
                int limit = 1 + random.nextInt(20);
                assertThat(Ledger.await(node.history.page(room, from, limit)))
                        .as("%s %d", from, limit)
                        .isEqualTo(Ledger.await(model.page(room, from, limit)));
            }
            case 4 -> {
                Position after = position(room);
                int limit = 1 + random.nextInt(40);
                assertThat(Ledger.await(node.history.read(room, after, limit)))
                        .as("%s %d", after, limit)
                        .isEqualTo(Ledger.await(model.read(room, after, limit)));
            }
            case 5 -> Ledger.await(node.settle(room));
            case 6 -> assertThat(Ledger.await(settledRooms(node))).containsAll(Ledger.await(model.rooms(null, 10)));
            default -> append(node, room);
        }
    }

    /** The archive counts what is settled. */
    private CompletionStage<List<RoomSummary>> settledRooms(Archived node) {
        for (RoomId room : rooms) Ledger.await(node.settle(room));
        return node.rooms(null, 1000);
    }

    /** Several at once, as a flush has them: what is said, or changes of it. */
    private void append(Archived node, RoomId room) {
        List<CompletionStage<Appended>> wanted = new ArrayList<>();
        List<CompletionStage<Appended>> found = new ArrayList<>();
        boolean posts = random.nextInt(3) > 0;
        for (int i = posts ? random.nextInt(5) : 0; i >= 0; i--) {
            String key = posts && random.nextInt(3) == 0 ? "key " + random.nextInt(8) : null;
            Draft draft =
                    new Draft(room, posts ? post() : change(), random.nextBoolean() ? ADA : BOB, clock.millis(), key);
            wanted.add(model.append(draft));
            found.add(node.append(draft));
        }
        for (int i = 0; i < wanted.size(); i++) assertSame(Ledger.await(found.get(i)), Ledger.await(wanted.get(i)));
    }

    private static void assertSame(Appended found, Appended wanted) {
        if (wanted instanceof Appended.Stored first && first.repeated()) {
            assertThat(((Appended.Stored) found).repeated()).isTrue();
            assertThat(((Appended.Stored) found).entry().position())
                    .isEqualTo(first.entry().position());
        } else {
            assertThat(found).isEqualTo(wanted);
        }
    }

    private Change post() {
        return new Change.Post(
                "m" + said++, "said " + random.nextInt(), random.nextBoolean() ? null : "<p>", null, body());
    }

    private Change change() {
        return switch (random.nextInt(3)) {
            case 0 -> new Change.Edit(id(), "edited " + random.nextInt(), null, body());
            case 1 -> new Change.Delete(id());
            default -> new Change.Pin(id(), random.nextBoolean());
        };
    }

    private Body body() {
        return random.nextBoolean() ? null : new Body("test", "text/plain", new byte[] {1, 0, -1});
    }

    /** Of something that was said in one of the rooms, or of nothing. */
    private String id() {
        return "m" + random.nextInt(said + 2);
    }

    private Position position(RoomId room) {
        if (random.nextInt(5) == 0) return Position.START;
        Position top = Ledger.await(model.open(room, Retention.EVERYTHING));
        return new Position(top.epoch(), random.nextLong(top.offset() + 3));
    }

    private From from(RoomId room) {
        return switch (random.nextInt(5)) {
            case 0 -> new From.Newest();
            case 1 -> new From.After(position(room));
            case 2 -> new From.Before(position(room));
            case 3 -> new From.AfterMessage(id());
            default -> new From.BeforeMessage(id());
        };
    }
}
