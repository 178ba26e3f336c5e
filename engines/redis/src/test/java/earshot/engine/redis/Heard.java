package earshot.engine.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Remembers what a channel told. */
final class Heard implements Subscriber.Listener {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    final List<String> messages = new CopyOnWriteArrayList<>();
    volatile int gaps;

    @Override
    public void onMessage(String channel, byte[] payload) {
        messages.add(channel + "=" + new String(payload, StandardCharsets.UTF_8));
    }

    // One thread writes.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    @Override
    public void onGap() {
        gaps++;
    }

    void awaitSize(int size) {
        until(() -> messages.size() >= size);
    }

    static void until(BooleanSupplier condition) {
        long limit = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > limit) throw new AssertionError("in vain");
            try {
                TimeUnit.MILLISECONDS.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
