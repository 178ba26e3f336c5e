package earshot.gateway;

import earshot.core.message.CloseReason;
import earshot.dialect.Dialect;
import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.EventExecutor;

/**
 * Sends every message back as it came: the counterpart of conformance suites. Says nothing on its own, not even pings. Confined to its
 * link's loop. A client that does not read is not read.
 */
final class Echo implements LinkListener {
    static final String PATH = "/echo";
    static final LinkTerms TERMS = new LinkTerms("echo", new Dialect.LinkLimits(16 << 20, 0, 0, true), Echo::farewell);

    private final Link link;
    private final EventExecutor loop;
    private boolean flushing;

    Echo(Link link, EventExecutor loop) {
        this.link = link;
        this.loop = loop;
    }

    static Farewell farewell(CloseReason reason) {
        return switch (reason) {
            case CLIENT_LEFT, KICKED, REVOKED -> Farewell.closeFrame(1000, "");
            case DRAINING, IDLE, OVER_BUDGET -> Farewell.closeFrame(1001, "");
            case TOO_BIG -> Farewell.closeFrame(1009, "");
            case PROTOCOL_ERROR -> Farewell.closeFrame(1002, "");
            case BAD_DATA -> Farewell.closeFrame(1007, "");
            case ABUSE -> Farewell.closeFrame(1008, "");
            case FAULT -> Farewell.closeFrame(1011, "");
            case DEAD_PEER, SLOW_READER -> new Farewell.Cut();
        };
    }

    @Override
    public void onFrame(Frame frame) {
        byte[] payload = frame.bytes();
        ByteBuf head = ByteBufAllocator.DEFAULT.directBuffer(FrameHead.size(payload.length));
        FrameHead.write(head, FrameHead.opcode(frame.kind()), payload.length);
        link.write(head);
        if (payload.length > 0) link.write(Unpooled.wrappedBuffer(payload));
        if (!link.isWritable()) link.read(false);
        flushSoon();
    }

    /** Once for all messages of one read. */
    private void flushSoon() {
        if (flushing) return;
        flushing = true;
        loop.execute(() -> {
            flushing = false;
            link.flush();
        });
    }

    @Override
    public void onControl(boolean ping) {}

    @Override
    public void onWritable() {
        link.read(true);
    }

    @Override
    public void onClosed(CloseReason reason, boolean clean) {}
}
