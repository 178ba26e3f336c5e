package earshot.gateway;

import earshot.core.message.CloseReason;
import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import earshot.gateway.engineio.EnginePacket;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/**
 * A WebSocket that a polling session may go on over (section "Upgrade" of revision 4): the client tries it, the poll ends, the client says that it
 * goes on here. Until then everything goes by polling. Confined to the session's loop.
 */
final class EngineProbe implements LinkListener {
    private static final String PING = EnginePacket.PING + "probe";
    private static final byte[] PONG = (EnginePacket.PONG + "probe").getBytes(StandardCharsets.US_ASCII);
    private static final String UPGRADE = String.valueOf(EnginePacket.UPGRADE);

    private final EngineSession session;
    private final WebSocketLink link;
    private final long untilNanos;
    private boolean probed;

    EngineProbe(EngineSession session, WebSocketLink link, long untilNanos) {
        this.session = session;
        this.link = link;
        this.untilNanos = untilNanos;
    }

    /** Its session is gone, has a WebSocket, or is trying another one. */
    static LinkListener unwanted(WebSocketLink link) {
        link.close(Farewell.closeFrame(1000, ""));
        return new LinkListener() {
            @Override
            public void onFrame(Frame frame) {}

            @Override
            public void onControl(boolean ping) {}

            @Override
            public void onWritable() {}

            @Override
            public void onClosed(CloseReason reason, boolean clean) {}
        };
    }

    boolean isProbed() {
        return probed;
    }

    @Override
    public void onFrame(Frame frame) {
        String packet = frame.kind() == Frame.Kind.TEXT && frame.bytes().length <= PING.length() ? frame.asText() : "";
        if (packet.equals(PING)) {
            probed = true;
            link.write(FrameHead.frame(ByteBufAllocator.DEFAULT, FrameHead.TEXT, PONG));
            link.flush();
            session.onProbed();
        } else if (packet.equals(UPGRADE)) {
            session.onUpgrade(link);
        } else {
            end();
        }
    }

    private void end() {
        session.onProbeEnded(this);
        link.close(Farewell.closeFrame(1000, ""));
    }

    void cut() {
        link.cut();
    }

    @Override
    public void onSweep(long nowNanos) {
        if (nowNanos - untilNanos >= 0) end();
    }

    @Override
    public void onControl(boolean ping) {}

    @Override
    public void onWritable() {}

    @Override
    public void onClosed(CloseReason reason, boolean clean) {
        session.onProbeEnded(this);
    }
}
