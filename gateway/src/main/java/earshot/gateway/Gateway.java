package earshot.gateway;

import com.sun.management.UnixOperatingSystemMXBean;
import earshot.core.Node;
import earshot.core.message.RoomId;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.dialect.Dialect;
import earshot.dialect.HttpRoute;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The port that clients dial: HTTP and WebSocket on one address, one acceptor, sockets spread over the loops. Start and stop from any thread
 * that is no loop; both block.
 */
public final class Gateway {
    private static final Logger LOG = System.getLogger("earshot.gateway");
    /** Descriptors that files, databases and other nodes need beside client sockets. */
    private static final int OWN_DESCRIPTORS = 128;

    private final GatewayConfig config;
    private final NettyLoops nettyLoops;
    private final Supplier<CompletionStage<Void>> drainNode;
    private final Reception reception;
    private final List<GatewayLoop> loops = new ArrayList<>();

    private volatile boolean ready;
    private @Nullable Channel server;

    /** What it needs of the sessions' half, so that this half can be tested without. */
    record Doors(
            SessionOpener sessions,
            Function<RoomId, CompletionStage<Node.@Nullable Reservation>> places,
            ByteBudget budget,
            Supplier<CompletionStage<Void>> drainNode) {}

    /** Everything else. Dialects are asked in their order. */
    public record Parts(
            NettyLoops loops,
            Clock clock,
            Meter meter,
            List<Dialect> dialects,
            List<HttpRoute> routes,
            HttpRoute.Handler notFound) {
        public Parts {
            dialects = List.copyOf(dialects);
            routes = List.copyOf(routes);
        }

        /** With plain 404 for what no route answers. */
        public Parts(NettyLoops loops, Clock clock, Meter meter, List<Dialect> dialects, List<HttpRoute> routes) {
            this(loops, clock, meter, dialects, routes, HttpRoutes.NOT_FOUND);
        }
    }

    /** The node must have been attached to the fan-out. */
    public Gateway(GatewayConfig config, Parts parts, Node node, Fanout fanout) {
        this(config, parts, new Doors(fanout::begin, node::reserve, fanout.budget(), node::drain));
    }

    Gateway(GatewayConfig config, Parts parts, Doors doors) {
        this.config = config;
        this.nettyLoops = parts.loops;
        this.drainNode = doors.drainNode;
        var routes = new ArrayList<>(parts.routes);
        for (Dialect dialect : parts.dialects) routes.addAll(dialect.routes());
        this.reception = new Reception(
                config,
                routes,
                parts.notFound,
                parts.dialects,
                doors.sessions,
                doors.places,
                doors.budget::isFull,
                parts.meter);
        for (int i = 0; i < nettyLoops.count(); i++) {
            loops.add(new GatewayLoop(nettyLoops.loop(i), config, parts.clock, parts.meter, doors.budget));
        }
    }

    /** Binds, and says where. Throws {@link UncheckedIOException} with a sentence for the operator when the address cannot be had. */
    public InetSocketAddress start() {
        int cap = maxConnections();
        ServerSocketChannel channel =
                nettyLoops.isEpoll() ? new EpollServerSocketChannel() : new NioServerSocketChannel();
        channel.config().setOption(ChannelOption.SO_BACKLOG, config.network().backlog());
        channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
        channel.pipeline().addLast(new Acceptor(reception, loops, cap, nettyLoops.isEpoll()));
        for (GatewayLoop loop : loops) loop.start();
        bind(channel);
        server = channel;
        ready = true;
        LOG.log(
                Level.INFO,
                "Listening on {0}, {1} loops on {2}, at most {3} connections",
                channel.localAddress(),
                Integer.toString(loops.size()),
                nettyLoops.isEpoll() ? "epoll" : "NIO",
                Integer.toString(cap));
        return channel.localAddress();
    }

    private void bind(ServerSocketChannel channel) {
        GatewayConfig.Network network = config.network();
        Throwable failure;
        InetSocketAddress address = new InetSocketAddress(network.host(), network.port());
        if (address.isUnresolved()) {
            failure = new IOException("no such host");
        } else {
            loops.get(0).executor.register(channel).awaitUninterruptibly();
            failure = channel.bind(address).awaitUninterruptibly().cause();
        }
        if (failure == null) return;
        channel.close().awaitUninterruptibly();
        for (GatewayLoop loop : loops) loop.stop();
        throw new UncheckedIOException(new IOException(
                "Cannot listen on " + network.host() + ":" + network.port() + ": " + failure.getMessage(), failure));
    }

    /** Sockets served at once: as configured, else what the limit of open files leaves. */
    private int maxConnections() {
        if (config.network().maxConnections() > 0) return config.network().maxConnections();
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system)) return 10_000;
        long free = system.getMaxFileDescriptorCount()
                - system.getOpenFileDescriptorCount()
                - OWN_DESCRIPTORS
                - config.network().reserve();
        return Math.clamp(free, 64, 10_000_000);
    }

    /** Whether new sessions are taken. Any thread. */
    public boolean isReady() {
        return ready;
    }

    /** Whether the stop has begun. Any thread. */
    public boolean isDraining() {
        return reception.isDraining();
    }

    /** Open sockets, whatever they speak. Any thread. */
    public int connections() {
        return loops.stream().mapToInt(loop -> loop.open.get()).sum();
    }

    /** Upgraded sockets. Any thread. */
    public int links() {
        return loops.stream().mapToInt(loop -> loop.links.get()).sum();
    }

    /**
     * The stop sequence of DECISIONS 5: not ready and no new sessions; what was said is stored and answered; every dialect says goodbye in
     * its own way, paced over the sessions; who has not gone when the time is up is cut. Health and other plain HTTP is answered until then.
     */
    public void stop(Duration drainTimeout) {
        long deadline = System.nanoTime() + drainTimeout.toNanos();
        ready = false;
        reception.drain();
        awaitNode(drainTimeout.dividedBy(2));
        sayGoodbye(drainTimeout);
        while (links() > 0 && System.nanoTime() < deadline) LockSupport.parkNanos(5_000_000);
        Channel listening = server;
        if (listening != null) listening.close().awaitUninterruptibly();
        for (GatewayLoop loop : loops) {
            loop.executor.submit(loop::cutAll).awaitUninterruptibly(1, TimeUnit.SECONDS);
            loop.stop();
        }
    }

    private void awaitNode(Duration patience) {
        try {
            drainNode.get().toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.log(Level.WARNING, "Not everything was stored in time; going on with the stop");
        } catch (ExecutionException e) {
            LOG.log(Level.WARNING, "Draining the node failed; going on with the stop", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Over at most a quarter of the time. */
    private void sayGoodbye(Duration drainTimeout) {
        long steps = Math.max(1, drainTimeout.toMillis() / 4 / GatewayLoop.GOODBYE_STEP_MILLIS);
        for (GatewayLoop loop : loops) {
            int atOnce = (int) Math.max(100, loop.links.get() / steps + 1);
            loop.executor.execute(() -> loop.sayGoodbye(atOnce));
        }
    }
}
