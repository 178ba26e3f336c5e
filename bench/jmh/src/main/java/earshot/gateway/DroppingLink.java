package earshot.gateway;

import earshot.dialect.Farewell;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.CountDownLatch;

/** A socket that takes everything at once and keeps nothing. Its first bytes are the snapshot: then it has joined. */
class DroppingLink implements Link {
    private final CountDownLatch joined;
    private boolean hasJoined;

    DroppingLink(CountDownLatch joined) {
        this.joined = joined;
    }

    @Override
    public final void write(ByteBuf frames) {
        if (hasJoined) {
            onFrames(frames);
        } else {
            hasJoined = true;
            joined.countDown();
        }
        frames.release();
    }

    void onFrames(ByteBuf frames) {}

    @Override
    public void flush() {}

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public long pendingBytes() {
        return 0;
    }

    @Override
    public void close(Farewell farewell) {}

    @Override
    public void cut() {}

    @Override
    public void read(boolean wanted) {}
}
