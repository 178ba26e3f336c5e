package earshot.engine.redis;

import static earshot.core.testkit.Drafts.ADA;
import static earshot.core.testkit.Drafts.BOB;
import static org.assertj.core.api.Assertions.assertThat;

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

/** Random things are said, changed and asked for on two nodes, and everything is as the memory engine has it. */
final class RedisHistoryPropertyTest {
    private static final int ROUNDS = Boolean.getBoolean("earshot.long") ? 60 : 2;
    private static final int STEPS = 150;
    private static final int IDS = 25;

    private final RedisServer server = RedisServer.shared();
    private final Partitions partitions = new Partitions("earshot:");
    private final List<RedisLink> links = new ArrayList<>();
    private final List<RedisHistory> nodes = new ArrayList<>();
    private ManualClock clock;
    private MemoryHistory model;
    private List<RoomId> rooms;
    private Random random;
    private String lastId = "";

    @AfterEach
    void disconnect() {
        for (RedisLink link : links) link.close();
    }

    @Test
    void history_anything_isAsInMemory() {
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

    /** Limits that trim all the time: what is counted of a room is what is there. */
    @Test
    void bookkeeping_ofATrimmedRoom_addsUp() {
        long seed = Seeds.first();
        for (int round = 0; round < ROUNDS; round++) {
            random = new Random(seed + round);
            begin();
            RoomId room = rooms.getFirst();
            RedisHistory node = nodes.getFirst();
            Retention few =
                    new Retention(5 + random.nextInt(20), Duration.ofMinutes(10), 3_000 + random.nextInt(8_000), true);
            Ledger.await(node.open(room, few));
            for (int step = 0; step < STEPS / 2; step++) {
                clock.advance(Duration.ofSeconds(random.nextInt(40)));
                List<CompletionStage<Appended>> all = new ArrayList<>();
                for (int i = random.nextInt(8); i >= 0; i--)
                    all.add(node.append(new Draft(room, change(), ADA, clock.millis(), null)));
                for (CompletionStage<Appended> each : all) Ledger.await(each);
                if (random.nextInt(5) == 0) Ledger.await(node.trim(room));
                assertThat(server.ask("EVAL", ADDS_UP, "0", partitions.of(Partitions.of(room)), Partitions.name(room)))
                        .as("seed %d, step %d", seed + round, step)
                        .isEqualTo("ok");
            }
        }
    }

    private static final String ADDS_UP = """
            local function key(kind) return ARGV[1] .. kind .. ':' .. ARGV[2] end
            local posts, gone, bytes = 0, 0, 0
            for _, entry in ipairs(redis.call('XRANGE', key('log'), '-', '+')) do
              bytes = bytes + #entry[2][2] + 64
              if string.byte(entry[2][2], 2) == 1 then posts = posts + 1 end
            end
            for _, member in ipairs(redis.call('ZRANGE', key('blank'), 0, -1)) do
              local entry = string.match(member, '^[%d%-]+:(.*)$')
              bytes = bytes + #entry + 64
              if string.byte(entry, 2) == 1 then gone = gone + 1 end
            end
            local ids = redis.call('HLEN', key('ids'))
            if ids ~= posts + gone then return 'ids: ' .. ids .. ' (expected: ' .. posts .. ' and ' .. gone .. ')' end
            for _, id in ipairs(redis.call('HKEYS', key('now'))) do
              if redis.call('HEXISTS', key('ids'), id) == 0 then return 'now: unknown ' .. id end
            end
            local counted = redis.call('HMGET', key('room'), 'n', 'b')
            if tonumber(counted[1] or 0) ~= posts then return 'n: ' .. counted[1] .. ' (expected: ' .. posts .. ')' end
            if tonumber(counted[2] or 0) ~= bytes then return 'b: ' .. counted[2] .. ' (expected: ' .. bytes .. ')' end
            return 'ok'
            """;

    private void begin() {
        disconnect();
        server.ask("FLUSHALL");
        links.clear();
        nodes.clear();
        clock = new ManualClock();
        model = new MemoryHistory(clock);
        rooms = List.of(Drafts.freshRoom(), Drafts.freshRoom());
        for (RoomId room : rooms) sameEpoch(room);
        for (int i = 0; i < 2; i++) {
            links.add(RedisLink.connect(Hasty.of(server.address()), Clock.SYSTEM, Meter.NONE));
            nodes.add(new RedisHistory(links.get(i), clock));
            for (RoomId room : rooms) Ledger.await(nodes.get(i).open(room, Retention.EVERYTHING));
        }
    }

    /** What both say can be compared as it is when both count in the same epoch. */
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
        RedisHistory node = nodes.get(random.nextInt(nodes.size()));
        switch (random.nextInt(10)) {
            case 0 -> clock.advance(Duration.ofSeconds(random.nextInt(100)));
            case 1 -> assertThat(Ledger.await(node.find(room, id()))).isEqualTo(Ledger.await(model.find(room, lastId)));
            case 2 -> {
                From from = from(room);
                int limit = 1 + random.nextInt(20);
                assertThat(Ledger.await(node.page(room, from, limit)))
                        .as("%s %d", from, limit)
                        .isEqualTo(Ledger.await(model.page(room, from, limit)));
            }
            case 3 -> {
                Position after = position(room);
                int limit = 1 + random.nextInt(40);
                assertThat(Ledger.await(node.read(room, after, limit)))
                        .as("%s %d", after, limit)
                        .isEqualTo(Ledger.await(model.read(room, after, limit)));
            }
            case 4 -> assertThat(Ledger.await(node.rooms(null, 10))).containsAll(Ledger.await(model.rooms(null, 10)));
            default -> append(node, room);
        }
    }

    /** Several at once, as a flush has them. */
    private void append(RedisHistory node, RoomId room) {
        List<CompletionStage<Appended>> wanted = new ArrayList<>();
        List<CompletionStage<Appended>> found = new ArrayList<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            Draft draft = new Draft(
                    room,
                    change(),
                    random.nextBoolean() ? ADA : BOB,
                    clock.millis(),
                    random.nextInt(3) == 0 ? "key " + random.nextInt(8) : null);
            wanted.add(model.append(draft));
            found.add(node.append(draft));
        }
        for (int i = 0; i < wanted.size(); i++) assertSame(Ledger.await(found.get(i)), Ledger.await(wanted.get(i)));
    }

    /** What was first stored under a key is told as it is now here, and as it was then in memory. */
    private static void assertSame(Appended found, Appended wanted) {
        if (wanted instanceof Appended.Stored first && first.repeated()) {
            assertThat(((Appended.Stored) found).repeated()).isTrue();
            assertThat(((Appended.Stored) found).entry().position())
                    .isEqualTo(first.entry().position());
        } else {
            assertThat(found).isEqualTo(wanted);
        }
    }

    private Change change() {
        String id = id();
        Body body = random.nextBoolean() ? null : new Body("test", "text/plain", new byte[] {1, 0, -1});
        return switch (random.nextInt(6)) {
            case 0 -> new Change.Edit(id, "edited " + random.nextInt(), null, body);
            case 1 -> new Change.Delete(id);
            case 2 -> new Change.Pin(id, random.nextBoolean());
            default -> new Change.Post(id, "said " + random.nextInt(), random.nextBoolean() ? null : "<p>", null, body);
        };
    }

    private String id() {
        lastId = "m" + random.nextInt(IDS);
        return lastId;
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
