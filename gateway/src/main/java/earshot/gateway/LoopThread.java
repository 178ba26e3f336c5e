package earshot.gateway;

import io.netty.util.concurrent.FastThreadLocalThread;
import org.jspecify.annotations.Nullable;

/** A thread that knows which loop it is. */
final class LoopThread extends FastThreadLocalThread {
    /** Set by the loop's first task, read by this thread only. */
    @Nullable
    NettyLoop loop;

    LoopThread(Runnable work, String name) {
        super(work, name);
    }

    /** The loop whose thread calls, null on every other thread. */
    static @Nullable NettyLoop currentLoop() {
        return Thread.currentThread() instanceof LoopThread t ? t.loop : null;
    }
}
