package earshot.gateway;

import earshot.core.Node;
import earshot.core.message.CloseReason;
import earshot.core.message.RoomId;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.dialect.Dialect;
import earshot.dialect.Frame;
import earshot.dialect.HttpRoute;
import earshot.gateway.tls.Tls;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A gateway on a free port with listeners that write down what they hear, instead of sessions. */
final class TestGateway implements AutoCloseable {
    static final GatewayConfig CONFIG = GatewayConfig.DEFAULT
            .with(GatewayConfig.Network.DEFAULT.at("127.0.0.1", 0))
            .with(GatewayConfig.Links.DEFAULT.swept(Duration.ofMillis(20)))
            .withEcho(true);

    static final int BUDGET_BYTES = 64 << 20;

    final NettyLoops loops;
    final Gateway gateway;
    final List<Gateway.Bound> bound;
    /** Of the first listener. */
    final InetSocketAddress address;

    final BlockingQueue<Heard> sessions = new LinkedBlockingQueue<>();
    final AtomicInteger released = new AtomicInteger();
    final ByteBudget budget = new ByteBudget(BUDGET_BYTES, Meter.NONE);
    volatile Function<RoomId, CompletionStage<Node.@Nullable Reservation>> places =
            room -> CompletableFuture.completedStage(new Place(room));

    TestGateway() {
        this(CONFIG, List.of(), List.of());
    }

    TestGateway(GatewayConfig config, List<Dialect> dialects, List<HttpRoute> routes) {
        this(config, dialects, routes, true);
    }

    TestGateway(GatewayConfig config, List<Dialect> dialects, List<HttpRoute> routes, boolean epoll) {
        this(config, dialects, routes, epoll, null, Meter.NONE);
    }

    TestGateway(
            GatewayConfig config,
            List<Dialect> dialects,
            List<HttpRoute> routes,
            boolean epoll,
            @Nullable Tls tls,
            Meter meter) {
        loops = new NettyLoops(2, epoll, NettyLoops.DEFAULT_MAX_WISHES, Clock.SYSTEM, meter);
        var doors = new Gateway.Doors(
                (loop, link, dialect, accepted, request, place) -> {
                    var heard = new Heard(link, loop, place);
                    sessions.add(heard);
                    return heard;
                },
                room -> places.apply(room),
                budget,
                () -> CompletableFuture.completedStage(null));
        gateway = new Gateway(config, new Gateway.Parts(loops, Clock.SYSTEM, meter, dialects, routes).with(tls), doors);
        bound = gateway.start();
        address = bound.getFirst().address() instanceof InetSocketAddress inet ? inet : new InetSocketAddress(0);
    }

    /** A place in a room that counts how often it was given back. */
    private final class Place implements Node.Reservation {
        private final RoomId room;

        Place(RoomId room) {
            this.room = room;
        }

        @Override
        public RoomId room() {
            return room;
        }

        @Override
        public void use(earshot.core.session.Session session) {}

        @Override
        public void release() {
            released.incrementAndGet();
        }
    }

    @Override
    public void close() {
        gateway.stop(Duration.ofMillis(1));
        loops.stop().toCompletableFuture().join();
    }

    /** A session that writes down what it hears and answers a text frame with the same text. */
    static final class Heard implements LinkListener {
        final Link link;
        final NettyLoop loop;
        final Node.@Nullable Reservation place;
        final List<Frame> frames = new ArrayList<>();
        final AtomicInteger pings = new AtomicInteger();
        final AtomicInteger writables = new AtomicInteger();
        final CompletableFuture<String> end = new CompletableFuture<>();

        Heard(Link link, NettyLoop loop, Node.@Nullable Reservation place) {
            this.link = link;
            this.loop = loop;
            this.place = place;
        }

        @Override
        public void onFrame(Frame frame) {
            frames.add(frame);
            ByteBuf out = Unpooled.buffer();
            FrameHead.write(out, FrameHead.TEXT, frame.bytes().length);
            link.write(out.writeBytes(frame.bytes()));
            link.flush();
        }

        @Override
        public void onControl(boolean ping) {
            if (ping) pings.incrementAndGet();
        }

        @Override
        public void onWritable() {
            writables.incrementAndGet();
        }

        @Override
        public void onClosed(CloseReason reason, boolean clean) {
            if (!end.complete(reason + (clean ? " clean" : ""))) throw new AssertionError("closed twice");
        }
    }
}
