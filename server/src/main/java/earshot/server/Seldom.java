package earshot.server;

import earshot.core.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Does something when something else happens, but not more than once a minute. Thread-safe. */
final class Seldom {
    private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Clock clock;
    private final Runnable then;
    private final AtomicLong nextNanos;

    Seldom(Clock clock, Runnable then) {
        this.clock = clock;
        this.then = then;
        this.nextNanos = new AtomicLong(clock.nanos());
    }

    void happened() {
        long now = clock.nanos();
        long due = nextNanos.get();
        if (now - due >= 0 && nextNanos.compareAndSet(due, now + MINUTE_NANOS)) then.run();
    }
}
