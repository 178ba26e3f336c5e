package earshot.gateway;

import earshot.core.Node;
import earshot.core.message.RoomId;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.dialect.Dialect;
import earshot.dialect.HttpRoute;
import earshot.gateway.tls.Tls;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The doors that clients come in by: HTTP and WebSocket on each, plain or in TLS, sockets spread over the loops. Start and stop from any thread
 * that is no loop; both block.
 */
public final class Gateway {
    private static final Logger LOG = System.getLogger("earshot.gateway");

    private final GatewayConfig config;
    private final NettyLoops nettyLoops;
    /** Who leaves by themselves has the time but for one part in so many. */
    private static final int LAST_PART = 4;

    private final Supplier<CompletionStage<Void>> drainNode;
    private final Reception reception;
    private final @Nullable Tls tls;
    private final List<GatewayLoop> loops = new ArrayList<>();

    private volatile boolean ready;
    private @Nullable Entrances entrances;

    /** What it needs of the sessions' half, so that this half can be tested without. */
    record Doors(
            SessionOpener sessions,
            Function<RoomId, CompletionStage<Node.@Nullable Reservation>> places,
            ByteBudget budget,
            Supplier<CompletionStage<Void>> drainNode) {}

    /** A listener that is open, and where: a port of 0 has become a real one. */
    public record Bound(Listener listener, SocketAddress address) {}

    /**
     * Everything else. Dialects are asked in their order.
     *
     * @param tls for listeners with TLS; null: there is none
     * @param incarnation which run of which node this is: a part of the ids of sessions that poll
     * @param random makes their secret part; hard to foresee, thread-safe
     * @param relay asks other nodes
     */
    public record Parts(
            NettyLoops loops,
            Clock clock,
            Meter meter,
            List<Dialect> dialects,
            List<HttpRoute> routes,
            HttpRoute.Handler notFound,
            @Nullable Tls tls,
            long incarnation,
            RandomGenerator random,
            EngineRelay relay) {
        public Parts {
            dialects = List.copyOf(dialects);
            routes = List.copyOf(routes);
        }

        public Parts with(@Nullable Tls other) {
            return new Parts(loops, clock, meter, dialects, routes, notFound, other, incarnation, random, relay);
        }

        public Parts of(long node, EngineRelay others) {
            return new Parts(loops, clock, meter, dialects, routes, notFound, tls, node, random, others);
        }

        /** With plain 404 for what no route answers. */
        public Parts(NettyLoops loops, Clock clock, Meter meter, List<Dialect> dialects, List<HttpRoute> routes) {
            this(
                    loops,
                    clock,
                    meter,
                    dialects,
                    routes,
                    HttpRoutes.NOT_FOUND,
                    null,
                    0,
                    new SecureRandom(),
                    EngineRelay.NONE);
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
        List<Reception.Served> served = Reception.served(parts.dialects);
        var engine = new EngineDoor(served, loops, parts.incarnation, parts.random, parts.relay);
        this.reception = new Reception(
                config,
                routes,
                parts.notFound,
                served,
                doors.sessions,
                doors.places,
                doors.budget::isFull,
                parts.meter,
                engine);
        this.tls = parts.tls;
        GatewayConfig timed = config.with(engine.sweeps(config.links()));
        BooleanSupplier tlsIsBehind = tls == null ? () -> false : tls::isBehind;
        for (int i = 0; i < nettyLoops.count(); i++) {
            loops.add(new GatewayLoop(nettyLoops.loop(i), timed, parts.clock, parts.meter, doors.budget, tlsIsBehind));
        }
    }

    /** Opens every listener, and says where. Throws {@link UncheckedIOException} with a sentence for the operator when one cannot be had. */
    public List<Bound> start() {
        Capacity capacity = Capacity.of(config.network());
        reception.atMost(capacity.connections());
        for (GatewayLoop loop : loops) loop.start();
        var all = new Entrances(reception, tls, loops, capacity, nettyLoops.isEpoll());
        List<Bound> bound;
        try {
            bound = all.openAll();
        } catch (UncheckedIOException e) {
            for (GatewayLoop loop : loops) loop.stop();
            throw e;
        }
        entrances = all;
        ready = true;
        for (Bound each : bound) {
            LOG.log(
                    Level.INFO,
                    "Listening on {0}{1}, {2} loops on {3}, at most {4} connections",
                    each.address(),
                    each.listener() instanceof Listener.Tcp tcp && tcp.tls() ? " (TLS)" : "",
                    Integer.toString(loops.size()),
                    nettyLoops.isEpoll() ? "epoll" : "NIO",
                    Integer.toString(capacity.connections()));
        }
        return bound;
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
     * its own way, paced over the sessions; who was asked to leave by themselves is let be for three quarters of the time; who has not gone when it is up is cut. Health and other plain HTTP is answered until then.
     */
    public void stop(Duration drainTimeout) {
        long deadline = System.nanoTime() + drainTimeout.toNanos();
        ready = false;
        reception.drain();
        awaitNode(drainTimeout.dividedBy(2));
        sayGoodbye(drainTimeout, false);
        awaitEmpty(deadline - drainTimeout.toNanos() / LAST_PART);
        if (links() > 0) sayGoodbye(drainTimeout, true);
        awaitEmpty(deadline);
        Entrances open = entrances;
        if (open != null) open.close();
        for (GatewayLoop loop : loops) {
            loop.executor.submit(loop::cutAll).awaitUninterruptibly(1, TimeUnit.SECONDS);
            loop.stop();
        }
    }

    private void awaitEmpty(long untilNanos) {
        while (links() > 0 && System.nanoTime() - untilNanos < 0) LockSupport.parkNanos(5_000_000);
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
    private void sayGoodbye(Duration drainTimeout, boolean toAll) {
        long steps = Math.max(1, drainTimeout.toMillis() / 4 / GatewayLoop.GOODBYE_STEP_MILLIS);
        for (GatewayLoop loop : loops) {
            int atOnce = (int) Math.max(100, loop.links.get() / steps + 1);
            loop.executor.execute(() -> loop.sayGoodbye(atOnce, toAll));
        }
    }
}
