package earshot.gateway;

import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import earshot.core.time.Loop;
import earshot.core.time.Loops;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ThreadPerTaskExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** All loops of the node: one Netty event loop per core, on native epoll where the system has it. */
public final class NettyLoops implements Loops {
    /** Wishes that may wait on one loop before {@link Loop#offer} refuses. */
    public static final int DEFAULT_MAX_WISHES = 65_536;

    private static final long PROBE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final boolean epoll;
    private final MultiThreadIoEventLoopGroup group;
    private final List<NettyLoop> loops;
    private final Clock clock;
    private final Meter meter;

    /** Of loop 0 only: what {@link Metric#LOOP_LAG_NOW} shows. */
    private long shownLagMillis;

    /**
     * @param count 1..
     * @param preferEpoll false: NIO also where epoll is available
     * @param maxWishes see {@link #DEFAULT_MAX_WISHES}
     */
    public NettyLoops(int count, boolean preferEpoll, int maxWishes, Clock clock, Meter meter) {
        if (count < 1) throw new IllegalArgumentException("loops: " + count + " (expected: >= 1)");
        this.clock = clock;
        this.meter = meter;
        this.epoll = preferEpoll && Epoll.isAvailable();
        IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        var serial = new AtomicInteger();
        var threads = new ThreadPerTaskExecutor(work -> new LoopThread(work, "loop-" + serial.getAndIncrement()));
        this.group = new MultiThreadIoEventLoopGroup(count, threads, io);
        var made = new ArrayList<NettyLoop>(count);
        for (EventExecutor executor : group) {
            made.add(new NettyLoop(made.size(), (SingleThreadEventLoop) executor, clock, meter, maxWishes));
        }
        this.loops = List.copyOf(made);
        for (NettyLoop loop : loops) loop.post(() -> probe(loop));
    }

    @Override
    public int count() {
        return loops.size();
    }

    @Override
    public NettyLoop loop(int index) {
        return loops.get(index);
    }

    /** True: native epoll; false: NIO. */
    public boolean isEpoll() {
        return epoll;
    }

    MultiThreadIoEventLoopGroup group() {
        return group;
    }

    /** The lag of the loop that is latest, at its last look. Any thread. */
    public long worstLagNanos() {
        long worst = 0;
        for (NettyLoop loop : loops) worst = Math.max(worst, loop.lagNanos());
        return worst;
    }

    private void probe(NettyLoop loop) {
        long due = clock.nanos() + PROBE_NANOS;
        loop.deadlines().at(due, () -> {
            long late = Math.max(0, clock.nanos() - due);
            loop.lagNanos(late);
            meter.observe(Metric.LOOP_LAG, late);
            if (loop.index() == 0) showWorst();
            probe(loop);
        });
    }

    private void showWorst() {
        long worst = TimeUnit.NANOSECONDS.toMillis(worstLagNanos());
        if (worst == shownLagMillis) return;
        meter.move(Metric.LOOP_LAG_NOW, worst - shownLagMillis);
        shownLagMillis = worst;
    }

    /** Ends all loops; what is posted afterwards may not run. Completes when the threads are gone. */
    public CompletionStage<Void> stop() {
        var stopped = new CompletableFuture<Void>();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).addListener(_ -> stopped.complete(null));
        return stopped;
    }
}
