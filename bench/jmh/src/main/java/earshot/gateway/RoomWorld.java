package earshot.gateway;

import earshot.core.Node;
import earshot.core.history.MessageBook;
import earshot.core.history.RoomLog;
import earshot.core.memory.MemoryHistory;
import earshot.core.memory.MemoryPresenceBoard;
import earshot.core.memory.MemoryUserBook;
import earshot.core.message.RoomId;
import earshot.core.presence.MemberBook;
import earshot.core.relay.RoomRelay;
import earshot.core.room.Realms;
import earshot.core.room.RoomRules;
import earshot.core.telemetry.MemoryMeter;
import earshot.core.time.Clock;
import earshot.core.time.TimeUuid;
import earshot.dialect.Admission;
import earshot.dialect.Claims;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.HttpRequest;
import earshot.dialect.TokenVerifier;
import earshot.dialect.waddle.WaddleConfig;
import earshot.dialect.waddle.WaddleDialect;
import earshot.engine.sql.SqliteHistory;
import earshot.engine.sql.SqliteSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One loop, a node, and rooms full of members whose links drop what they are given. The first member of each room speaks; a new message is said
 * for each one that its speaker has heard, so that as many are under way as the shape says. {@link #say} from one thread; all else on the loop.
 */
final class RoomWorld implements Realms, AutoCloseable {
    private static final long MEMORY_BYTES_PER_ROOM = 256 << 10;
    private static final long GIVE_UP_SECONDS = 60;

    private final MemoryMeter meter = new MemoryMeter();
    private final NettyLoops loops = new NettyLoops(1, true, NettyLoops.DEFAULT_MAX_WISHES, Clock.SYSTEM, meter);
    private final TimeUuid ids =
            new TimeUuid(Clock.SYSTEM, () -> ThreadLocalRandom.current().nextLong());
    private final WaddleDialect dialect = new WaddleDialect(new WaddleDialect.Parts(
            WaddleConfig.DEFAULT,
            _ -> new TokenVerifier.Verdict.Valid(
                    new Claims(Map.of("sub", "u1", "permissions", List.of("read", "write")))),
            new MemoryUserBook(),
            this,
            Clock.SYSTEM,
            ids::nextText,
            meter,
            false));
    private final RoomBenchmark.Shape shape;
    private final List<SpeakerLink> speakers = new ArrayList<>();
    private final Fanout fanout;
    private final @Nullable SqliteHistory sqlite;
    private final @Nullable Path directory;

    // Of the loop.
    private int credit;
    private int left;
    private int unheard;
    private int next;
    private boolean armed;
    private CountDownLatch done = new CountDownLatch(0);

    RoomWorld(RoomBenchmark.Shape shape, boolean stored) {
        this.shape = shape;
        this.credit = shape.inFlight;
        fanout = new Fanout(
                loops, List.of(dialect), SessionLimits.DEFAULT, new ByteBudget(1L << 30, meter), Clock.SYSTEM, meter);
        directory = stored ? newDirectory() : null;
        sqlite = directory == null ? null : SqliteHistory.open(directory, SqliteSettings.DEFAULT, Clock.SYSTEM, meter);
        var memory = new MemoryHistory(Clock.SYSTEM, new MemoryHistory.Limits(MEMORY_BYTES_PER_ROOM, 1));
        fanout.attach(node(sqlite == null ? memory : sqlite, sqlite == null ? memory : sqlite));
        var joined = new CountDownLatch(shape.rooms * shape.members);
        for (int room = 0; room < shape.rooms; room++) {
            for (int member = 0; member < shape.members; member++) open("room-" + room, member == 0, joined);
        }
        await(joined);
    }

    private static Path newDirectory() {
        try {
            return Files.createTempDirectory("earshot-jmh");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Node node(RoomLog log, MessageBook book) {
        return new Node(new Node.Parts(
                1,
                loops,
                Clock.SYSTEM,
                this,
                dialect.gatekeeper(),
                log,
                book,
                new MemoryPresenceBoard(),
                RoomRelay.NONE,
                MemberBook.NONE,
                fanout,
                fanout,
                meter,
                Node.NodeLimits.DEFAULT));
    }

    private void open(String room, boolean speaks, CountDownLatch joined) {
        String path = "/channel/" + room + "/websocket";
        var request = new HttpRequest(
                "GET", path, path, Map.of(), Map.of("authorization", List.of("Bearer x")), new byte[0], "::1", true);
        Admission admission = dialect.admit(new HandshakeRequest(request, List.of()))
                .toCompletableFuture()
                .join();
        var accepted = (Admission.Accepted) admission;
        loops.loop(0).post(() -> {
            DroppingLink link = speaks ? new SpeakerLink(joined, this::onHeard) : new DroppingLink(joined);
            var session = fanout.loop(0).open(link, dialect, Entrant.of(accepted), request, null);
            if (link instanceof SpeakerLink speaker) {
                speaker.speaksThrough(session);
                speakers.add(speaker);
            }
        });
    }

    /** Says so many messages and waits until their speakers have heard them. */
    long say(int messages) throws InterruptedException {
        var heard = new CountDownLatch(1);
        loops.loop(0).post(() -> {
            done = heard;
            left = messages;
            unheard = messages;
            arm();
        });
        await(heard);
        return messages;
    }

    private void onHeard(int messages) {
        credit += messages;
        unheard -= messages;
        if (unheard == 0) done.countDown();
        arm();
    }

    private void arm() {
        if (armed || left == 0 || credit == 0) return;
        armed = true;
        loops.loop(0).post(this::speak);
    }

    private void speak() {
        armed = false;
        while (credit > 0 && left > 0) {
            credit--;
            left--;
            speakers.get(next).speak();
            next = next + 1 == shape.rooms ? 0 : next + 1;
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(GIVE_UP_SECONDS, TimeUnit.SECONDS))
                throw new IllegalStateException("nobody hears anything any more");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public RoomId resolve(String name, String tenant, String room) {
        return new RoomId(name, tenant, room);
    }

    @Override
    public RoomRules rules(RoomId room) {
        return dialect.rules();
    }

    @Override
    public void close() {
        loops.stop().toCompletableFuture().join();
        if (sqlite != null) sqlite.close();
        if (directory != null) delete(directory);
    }

    private static void delete(Path tree) {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(each);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
