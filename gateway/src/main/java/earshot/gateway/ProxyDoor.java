package earshot.gateway;

import earshot.core.telemetry.Metric;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/** Waits for the PROXY header of a trusted proxy, and ends the connection when something else comes, or nothing in time. */
final class ProxyDoor extends SocketHandler {
    private final Arrival arrival;
    private long deadlineNanos;
    private @Nullable ByteBuf begun;
    private boolean over;

    ProxyDoor(Arrival arrival) {
        super(arrival.home, "proxy header");
        this.arrival = arrival;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        deadlineNanos = arrival.home.nanos()
                + arrival.reception.config.http().headTime().toNanos();
        arrival.home.wheel.add(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf bytes = (ByteBuf) msg;
        if (over) {
            bytes.release();
            return;
        }
        ByteBuf all = gathered(bytes);
        switch (ProxyHeader.read(all)) {
            case ProxyHeader.Read.More() -> keep(all);
            case ProxyHeader.Read.Bad() -> {
                all.release();
                refuse("malformed");
            }
            case ProxyHeader.Read.Good(int length, byte[] client) -> {
                over = true;
                arrival.home.wheel.remove(this);
                all.skipBytes(length);
                TrustedProxies proxies = arrival.reception.config.network().trustedProxies();
                arrival.afterProxyHeader(this, client == null ? null : Peer.announced(client, proxies), all);
            }
        }
    }

    /** With what came before; takes over both. */
    private ByteBuf gathered(ByteBuf bytes) {
        ByteBuf before = begun;
        begun = null;
        return before == null ? bytes : Unpooled.wrappedBuffer(before, bytes);
    }

    /** In a copy of its size: a header in pieces must not hold a read buffer each. A header has an end, so this has one too. */
    private void keep(ByteBuf all) {
        begun = Unpooled.copiedBuffer(all);
        all.release();
    }

    private void refuse(String reason) {
        arrival.reception.meter.add(Metric.PROXY_REFUSED, 1, reason);
        cut();
    }

    @Override
    void onInputEnded() {
        cut();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        over = true;
        arrival.home.wheel.remove(this);
        if (begun != null) begun.release();
        begun = null;
    }

    @Override
    public void onSweep(long now) {
        if (now - deadlineNanos > 0) refuse("late");
    }

    @Override
    public void cut() {
        over = true;
        Ending.cut(arrival.channel);
    }
}
