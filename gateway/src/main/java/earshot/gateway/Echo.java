package earshot.gateway;

import earshot.core.message.CloseReason;
import earshot.dialect.Dialect;
import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

/**
 * Sends every message back as it came: the counterpart of conformance suites. Says nothing on its own, not even pings. Confined to its
 * link's loop. A client that does not read is not read.
 */
final class Echo implements LinkListener {
    static final String PATH = "/echo";
    /** What suites dial when they are given no path. */
    private static final String ROOT = "/";

    static final LinkTerms TERMS =
            new LinkTerms(GatewayConfig.Compression.ECHO, new Dialect.LinkLimits(16 << 20, 0, 0, true), Echo::farewell);

    private final Link link;
    private final GatewayLoop home;
    private boolean flushing;

    Echo(Link link, GatewayLoop home) {
        this.link = link;
        this.home = home;
    }

    static boolean claims(String path) {
        return path.equals(PATH) || path.equals(ROOT);
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
        byte[] packed = home.deflater.pack(frame.bytes(), link.form());
        byte[] payload = packed == null ? frame.bytes() : packed;
        ByteBuf head = ByteBufAllocator.DEFAULT.directBuffer(FrameHead.size(payload.length));
        FrameHead.write(head, FrameHead.opcode(frame.kind()) | (packed == null ? 0 : FrameHead.PACKED), payload.length);
        link.write(head);
        if (payload.length > 0) link.write(Unpooled.wrappedBuffer(payload));
        if (!link.isWritable()) link.read(false);
        flushSoon();
    }

    /** Once for all messages of one read. */
    private void flushSoon() {
        if (flushing) return;
        flushing = true;
        home.executor.execute(() -> {
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
