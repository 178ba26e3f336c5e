package earshot.it;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition, never for a time. */
final class Await {
    private static final Duration WITHIN = Duration.ofSeconds(20);

    private Await() {}

    static void until(String what, Supplier<?> state, BooleanSupplier condition) {
        until(what, WITHIN, state, condition);
    }

    static void until(String what, Duration within, Supplier<?> state, BooleanSupplier condition) {
        long end = System.nanoTime() + within.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end)
                throw new AssertionError("not within " + within + ": " + what + "; instead: " + state.get());
            LockSupport.parkNanos(5_000_000);
        }
    }
}
