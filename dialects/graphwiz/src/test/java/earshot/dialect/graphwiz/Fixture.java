package earshot.dialect.graphwiz;

import earshot.core.message.RoomId;
import earshot.core.room.RoomAudience;
import earshot.core.telemetry.MemoryMeter;
import earshot.core.testkit.ManualClock;
import earshot.core.testkit.ManualLoops;
import earshot.dialect.Admission;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.testkit.Handshakes;
import earshot.dialect.testkit.Samples;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** A dialect with a clock that stands still, and nobody in its rooms. */
final class Fixture {
    static final RoomId LOBBY = new RoomId(GraphwizDialect.NAME, "", "lobby");

    final ManualClock clock = new ManualClock();
    final ManualLoops loops = new ManualLoops(clock, 1);
    final MemoryMeter meter = new MemoryMeter();
    final AtomicLong named = new AtomicLong();
    final GraphwizDialect dialect;
    private final AtomicLong ids = new AtomicLong();

    Fixture() {
        this(GraphwizConfig.DEFAULT);
    }

    Fixture(GraphwizConfig config) {
        dialect = new GraphwizDialect(
                config,
                new GraphwizDialect.Surroundings(
                        7,
                        false,
                        GraphwizContractTest::verify,
                        new GraphwizContractTest.OneRealm(),
                        loops,
                        clock,
                        () -> Samples.id(ids.incrementAndGet()),
                        CompletableFuture::new,
                        named::incrementAndGet,
                        _ -> null,
                        CustomHook.NONE,
                        meter));
    }

    static GraphwizConfig with(GraphwizConfig.Access access) {
        return with(access, GraphwizConfig.DEFAULT.rates(), GraphwizConfig.DEFAULT.rooms());
    }

    static GraphwizConfig with(GraphwizConfig.Rates rates) {
        return with(GraphwizConfig.DEFAULT.access(), rates, GraphwizConfig.DEFAULT.rooms());
    }

    static GraphwizConfig with(GraphwizConfig.Rooms rooms) {
        return with(GraphwizConfig.DEFAULT.access(), GraphwizConfig.DEFAULT.rates(), rooms);
    }

    private static GraphwizConfig with(
            GraphwizConfig.Access access, GraphwizConfig.Rates rates, GraphwizConfig.Rooms rooms) {
        GraphwizConfig d = GraphwizConfig.DEFAULT;
        return new GraphwizConfig(
                access,
                d.anyOrigin(),
                d.origins(),
                rates,
                d.sizes(),
                rooms,
                d.delivery(),
                d.pingInterval(),
                d.announcesLeaveTwice(),
                d.tracksLatency(),
                d.reportWindow());
    }

    /** A world of the lobby in front of an audience; to be used on its loop. */
    World world(RoomAudience audience) {
        return (World) dialect.worlds().over(_ -> audience).open(LOBBY);
    }

    Admission admit(String target) {
        return admit(Handshakes.to(target).build());
    }

    Admission admit(HandshakeRequest request) {
        return dialect.admit(request).toCompletableFuture().join();
    }

    /** How a handshake is refused; null: it is not. */
    HttpResponse refusal(String target) {
        return admit(target) instanceof Admission.Refused refused ? refused.response() : null;
    }

    static String body(HttpResponse response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
