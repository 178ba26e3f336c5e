package earshot.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connects members: at a rate, or as fast as the server answers with {@link #AT_ONCE} under way. Who is told to come back later (503) does, a few
 * times. Owned by the loop of its generator.
 */
final class Ramp {
    private static final int AT_ONCE = 200;
    private static final int TRIES = 6;
    private static final int CONNECT_MILLIS = 20_000;
    private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long TURN_MILLIS = 2;

    /** A port of one address serves so many at most; beyond it the next of 127.0.0.x is taken. */
    private static final int PER_ADDRESS = 20_000;

    private final LoadPlan plan;
    private final Speaker speaker;
    private final EventLoop loop;
    private final SharedReads reads;
    private final InetSocketAddress[] nodes;
    private final double perNano;
    private final Queue<Member> waiting = new ArrayDeque<>();
    private final Set<Member> underWay = new HashSet<>();
    private final Map<Member, Integer> tries = new HashMap<>();
    private final Recorder recorder;

    private @Nullable CompletableFuture<Void> done;
    private long startedAt;
    private long started;
    private long lastNews;
    private int comingBack;
    private boolean turning;
    private boolean stopped;

    Ramp(LoadPlan plan, Share share, Speaker speaker, EventLoop loop, Recorder recorder) {
        this.plan = plan;
        this.speaker = speaker;
        this.loop = loop;
        this.recorder = recorder;
        this.reads = new SharedReads();
        this.nodes = new InetSocketAddress[plan.target().nodes()];
        for (int i = 0; i < nodes.length; i++) {
            URI node = plan.target().node(i);
            nodes[i] = new InetSocketAddress(node.getHost(), LoadPlan.Target.port(node));
        }
        this.perNano = share.rateOf(plan.crowd().connectRate()) / 1e9;
    }

    /** Completes when each is in its room or has failed. What an earlier call began goes on beside it. */
    CompletionStage<Void> connect(Collection<Member> members) {
        CompletableFuture<Void> all = done == null ? new CompletableFuture<>() : done;
        done = all;
        if (waiting.isEmpty() && underWay.isEmpty()) {
            startedAt = System.nanoTime();
            started = 0;
        }
        waiting.addAll(members);
        lastNews = System.nanoTime();
        turn();
        return all;
    }

    private void onTimer() {
        turning = false;
        turn();
    }

    /** Nobody is connected any more. */
    void stop() {
        stopped = true;
        waiting.clear();
        underWay.clear();
    }

    private void turn() {
        if (stopped) return;
        long now = System.nanoTime();
        if (now - lastNews > GIVE_UP_NANOS) giveUp();
        while (!waiting.isEmpty() && underWay.size() < AT_ONCE && isDue(now)) begin(waiting.remove());
        if (!waiting.isEmpty() || !underWay.isEmpty() || comingBack > 0) turnAgain();
        else finish();
    }

    private boolean isDue(long now) {
        return perNano == 0 || started < (now - startedAt) * perNano;
    }

    private void turnAgain() {
        if (turning || stopped) return;
        turning = true;
        loop.schedule(this::onTimer, TURN_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void finish() {
        CompletableFuture<Void> ended = done;
        done = null;
        tries.clear();
        if (ended != null) ended.complete(null);
    }

    private void giveUp() {
        for (Member member : Set.copyOf(underWay))
            member.fail(member.isOpen() ? "no first frame in 20 s" : "no answer in 20 s");
    }

    private void begin(Member member) {
        started++;
        underWay.add(member);
        member.begins();
        Bootstrap client = new Bootstrap()
                .group(loop)
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, reads)
                .handler(pipelineOf(member));
        SocketAddress from = source(member);
        SocketAddress server = nodes[plan.crowd().nodeOf(member.index, nodes.length)];
        ChannelFuture connected = from == null ? client.connect(server) : client.connect(server, from);
        connected.addListener(future -> {
            if (!future.isSuccess()) member.fail(UpgradeRequest.inWords(future.cause()));
            else ask(member, connected.channel());
        });
    }

    private static ChannelHandler pipelineOf(Member member) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(member);
            }
        };
    }

    private void ask(Member member, Channel channel) {
        byte[] request = UpgradeRequest.of(plan.target(), speaker, member.index, member.room);
        channel.writeAndFlush(Unpooled.wrappedBuffer(request), channel.voidPromise());
    }

    private @Nullable SocketAddress source(Member member) {
        int addresses = (plan.crowd().connections() + PER_ADDRESS - 1) / PER_ADDRESS;
        if (addresses == 1 || !plan.target().isLoopback()) return null;
        return new InetSocketAddress("127.0.0." + (1 + member.index % addresses), 0);
    }

    /** A member is in its room. */
    void arrived(Member member) {
        lastNews = System.nanoTime();
        underWay.remove(member);
        turn();
    }

    /** A member did not get in, or was thrown out before it was welcomed. */
    void failed(Member member, String reason) {
        lastNews = System.nanoTime();
        if (!underWay.remove(member)) return;
        if (reason.startsWith("503") && tries.merge(member, 1, Integer::sum) < TRIES) {
            Recorder.count(recorder.failures, reason + " (came back later)");
            comingBack++;
            loop.schedule(() -> comeBack(member), 1, TimeUnit.SECONDS);
        } else {
            recorder.failed(reason);
        }
        turnAgain();
    }

    private void comeBack(Member member) {
        comingBack--;
        waiting.add(member);
        turn();
    }
}
