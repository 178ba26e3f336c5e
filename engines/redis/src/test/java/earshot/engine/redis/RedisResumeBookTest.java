package earshot.engine.redis;

import earshot.core.session.ResumeBook;
import earshot.core.telemetry.Meter;
import earshot.core.testkit.ResumeBookContract;
import earshot.core.time.Clock;
import earshot.engine.redis.testkit.RedisServer;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;

final class RedisResumeBookTest extends ResumeBookContract {
    private final RedisLink link = RedisLink.connect(
            Hasty.of(RedisServer.shared().address()).withPrefix(TestNode.freshPrefix()), Clock.SYSTEM, Meter.NONE);
    private final ResumeBook book = new RedisResumeBook(link);

    @Override
    protected ResumeBook book() {
        return book;
    }

    /** Redis counts by itself: here time has to pass. */
    @Override
    protected void pass(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < until) LockSupport.parkNanos(until - System.nanoTime());
    }

    @AfterEach
    void end() {
        link.close();
    }
}
