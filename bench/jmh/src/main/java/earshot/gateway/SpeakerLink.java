package earshot.gateway;

import earshot.core.message.CloseReason;
import earshot.dialect.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** The link of a member that speaks: its bytes go through a reader as a client's do, and it counts the frames that it hears. */
final class SpeakerLink extends DroppingLink implements FrameReader.Sink {
    /** With the members that the server adds, a message of about 190 bytes. */
    private static final String CONTENT = "x".repeat(60);

    private final FrameReader reader = new FrameReader(this, 64 << 10);
    private final ByteBuf bytes = Unpooled.directBuffer()
            .writeBytes(MaskedFrames.text("{\"type\":\"message\",\"content\":\"" + CONTENT + "\"}"));
    private final IntConsumer heard;
    private @Nullable LinkListener listener;

    SpeakerLink(CountDownLatch joined, IntConsumer heard) {
        super(joined);
        this.heard = heard;
    }

    void speaksThrough(LinkListener session) {
        listener = session;
    }

    void speak() {
        bytes.readerIndex(0);
        CloseReason broken = reader.read(bytes);
        if (broken != null) throw new IllegalStateException(broken.name());
    }

    @Override
    void onFrames(ByteBuf frames) {
        int count = 0;
        for (int at = frames.readerIndex(); at < frames.writerIndex(); count++) {
            int length = frames.getByte(at + 1);
            at += length < 126 ? 2 + length : 4 + frames.getUnsignedShort(at + 2);
        }
        heard.accept(count);
    }

    @Override
    public void onMessage(Frame frame) {
        if (listener != null) listener.onFrame(frame);
    }

    @Override
    public void onPing(byte[] payload) {}

    @Override
    public void onPong() {}

    @Override
    public void onClose(int code) {}
}
