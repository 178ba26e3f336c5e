package earshot.gateway;

import io.netty.util.concurrent.FastThreadLocalThread;
import org.jspecify.annotations.Nullable;

/** A thread that knows which loop it is. */
final class LoopThread extends FastThreadLocalThread {
    /** Set by the loop's first task, read by this thread only. */
    @Nullable
    NettyLoop loop;

    /** What its sockets read into. */
    final ReadBuffer.Turn read = new ReadBuffer.Turn();

    LoopThread(Runnable work, String name) {
        super(work, name);
    }

    /** The calling thread, which must be a loop's. */
    static LoopThread current() {
        if (Thread.currentThread() instanceof LoopThread t) return t;
        throw new IllegalStateException(
                "not on a loop: " + Thread.currentThread().getName());
    }

    /** The loop whose thread calls, null on every other thread. */
    static @Nullable NettyLoop currentLoop() {
        return Thread.currentThread() instanceof LoopThread t ? t.loop : null;
    }
}
