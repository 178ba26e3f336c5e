package earshot.gateway;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;

/** What handlers of sockets with deadlines have in common. Confined to its event loop. */
abstract class SocketHandler extends ChannelInboundHandlerAdapter implements Swept {
    private final GatewayLoop home;
    private final String where;
    private int slot = -1;

    /** @param where what a fault here is counted under */
    SocketHandler(GatewayLoop home, String where) {
        this.home = home;
        this.where = where;
    }

    /** The peer's side of the connection has ended; ours has not. */
    abstract void onInputEnded();

    /** Anything else that the pipeline tells. */
    void onEvent(Object event) {}

    @Override
    public final void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent || event instanceof ChannelInputShutdownReadComplete)
            onInputEnded();
        else onEvent(event);
    }

    /** Resets and broken pipes are weather; anything else is a bug. */
    @Override
    public final void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Faults.containBreak(cause, home.meter, where);
        cut();
    }

    @Override
    public final int wheelSlot() {
        return slot;
    }

    @Override
    public final void wheelSlot(int at) {
        slot = at;
    }
}
