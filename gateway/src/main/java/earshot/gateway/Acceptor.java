package earshot.gateway;

import earshot.core.telemetry.Metric;
import earshot.gateway.tls.Tls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes new sockets and spreads them over the loops, fewest first. Runs on the loop of the listening socket. When the system has no
 * descriptor left it waits a moment, and goes on.
 */
final class Acceptor extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = System.getLogger("earshot.gateway");
    private static final long PAUSE_MILLIS = 100;
    /** So long without a failure, and it is over. */
    private static final long RECOVERED_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What the kernel may hide of a slow reader where there is no TCP_NOTSENT_LOWAT. */
    private static final int SEND_BUFFER_BYTES = 64 << 10;

    private final Reception reception;
    private final List<GatewayLoop> loops;
    private final Capacity capacity;
    private final boolean epoll;
    private final WriteBufferWaterMark water;
    private final boolean isUnix;
    private final boolean proxyHeader;
    private final @Nullable Tls tls;
    /** For all sockets of a Unix listener. */
    private final @Nullable Peer known;

    /** The system had no descriptor lately, and the operator was told. */
    private boolean starved;

    private long starvedNanos;

    /** @param tls used when the listener says so */
    Acceptor(
            Reception reception,
            Listener listener,
            @Nullable Tls tls,
            List<GatewayLoop> loops,
            Capacity capacity,
            boolean epoll) {
        this.reception = reception;
        this.isUnix = listener instanceof Listener.Unix;
        this.known = isUnix ? Peer.local(reception.config.network().trustedProxies()) : null;
        this.proxyHeader = listener.proxyHeader();
        this.tls = listener instanceof Listener.Tcp tcp && tcp.tls() ? tls : null;
        this.loops = loops;
        this.capacity = capacity;
        this.epoll = epoll;
        int high = reception.config.links().highWaterBytes();
        this.water = new WriteBufferWaterMark(high / 2, high);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        Channel child = (Channel) msg;
        if (starved) onAcceptedAgain();
        GatewayLoop home = loops.get(0);
        int open = 0;
        for (GatewayLoop loop : loops) {
            int here = loop.open.get();
            open += here;
            if (here < home.open.get()) home = loop;
        }
        if (open >= capacity.connections() + capacity.reserve()) {
            reception.meter.add(Metric.CONNECTIONS_REFUSED, 1);
            child.unsafe().closeForcibly();
        } else if (proxyHeader && !mayAnnounce(child)) {
            reception.meter.add(Metric.PROXY_REFUSED, 1, "untrusted");
            child.unsafe().closeForcibly();
        } else {
            receive(child, home, open >= capacity.connections());
        }
    }

    /** Whoever else is let in by a PROXY header could say that it is anybody. */
    private boolean mayAnnounce(Channel child) {
        Peer peer = known == null ? reception.forwarding.peer(child.remoteAddress()) : known;
        return peer.trusted();
    }

    private void receive(Channel child, GatewayLoop home, boolean crowded) {
        if (crowded) reception.meter.add(Metric.CONNECTIONS_REFUSED, 1);
        home.open.incrementAndGet();
        child.closeFuture().addListener(home.closed);
        setOptions(child);
        child.config().setRecvByteBufAllocator(ReadBuffer.OF_EACH_LOOP);
        new Arrival(reception, home, child, crowded, known, tls, proxyHeader).begin();
        home.executor.register(child).addListener(registered -> {
            if (!registered.isSuccess()) child.unsafe().closeForcibly();
        });
    }

    private void setOptions(Channel child) {
        var config = child.config();
        config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        config.setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, water);
        if (!isUnix) config.setOption(ChannelOption.TCP_NODELAY, true);
        GatewayConfig.Network network = reception.config.network();
        if (epoll && !isUnix) {
            config.setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, (long) network.notSentLowatBytes());
            config.setOption(EpollChannelOption.TCP_USER_TIMEOUT, (int)
                    network.userTimeout().toMillis());
        } else {
            config.setOption(ChannelOption.SO_SNDBUF, SEND_BUFFER_BYTES);
        }
    }

    /** Mostly EMFILE and ENFILE. The kernel keeps who waits in its backlog meanwhile. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        reception.meter.add(Metric.ACCEPT_PAUSES, 1);
        if (!starved)
            LOG.log(
                    Level.WARNING,
                    "Cannot accept connections, trying again every {0} ms: {1}",
                    PAUSE_MILLIS,
                    cause.getMessage());
        starved = true;
        starvedNanos = loops.get(0).nanos();
        Channel server = ctx.channel();
        server.config().setAutoRead(false);
        server.eventLoop().schedule(() -> server.config().setAutoRead(true), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** One that came through may have taken the only descriptor that there was. */
    private void onAcceptedAgain() {
        if (loops.get(0).nanos() - starvedNanos < RECOVERED_NANOS) return;
        starved = false;
        LOG.log(Level.INFO, "Connections are accepted again");
    }
}
