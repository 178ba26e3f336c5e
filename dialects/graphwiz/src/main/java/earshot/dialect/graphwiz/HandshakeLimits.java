package earshot.dialect.graphwiz;

import earshot.core.time.Clock;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often an address may connect: the seed's sliding window (protocols/graphwiz.md section 12), which remembers whom it let in and when. What is refused does
 * not count. Thread-safe: a handshake takes the lock for the time of one look. Remembers {@value #MAX_ADDRESSES} addresses, those that came last.
 */
final class HandshakeLimits {
    private static final int MAX_ADDRESSES = 100_000;
    private static final int FORGOTTEN_AT_ONCE = 4;

    private final GraphwizConfig.Rates rates;
    private final Clock clock;
    private final long windowNanos;
    private final Map<String, Window> windows = new LinkedHashMap<>(16, 0.75f, true);
    private final Window all;

    HandshakeLimits(GraphwizConfig.Rates rates, Clock clock) {
        this.rates = rates;
        this.clock = clock;
        this.windowNanos = rates.window().toNanos();
        this.all = new Window();
    }

    /** Seconds to wait; 0: come in. */
    synchronized long enter(String address, boolean loopback) {
        long now = clock.nanos();
        forgetSome(now);
        Window own = counts(loopback) ? windows.computeIfAbsent(address, _ -> new Window()) : null;
        long wait = own == null ? 0 : own.waitNanos(rates.handshakes(), now);
        long waitAll = rates.allHandshakes() == 0 ? 0 : all.waitNanos(rates.allHandshakes(), now);
        long longer = Math.max(wait, waitAll);
        if (longer > 0) return Math.max(1, (longer + 999_999_999L) / 1_000_000_000L);
        if (own != null) own.taken.add(now);
        if (rates.allHandshakes() > 0) all.taken.add(now);
        return 0;
    }

    private boolean counts(boolean loopback) {
        return rates.handshakes() > 0 && (!loopback || rates.loopback());
    }

    /** The eldest few: so that each call pays for itself. */
    private void forgetSome(long now) {
        Iterator<Map.Entry<String, Window>> eldest = windows.entrySet().iterator();
        for (int i = 0; i < FORGOTTEN_AT_ONCE && eldest.hasNext(); i++) {
            Window window = eldest.next().getValue();
            if (window.isOver(now) || windows.size() > MAX_ADDRESSES) eldest.remove();
            else return;
        }
    }

    int addresses() {
        synchronized (this) {
            return windows.size();
        }
    }

    /** So many in any window, exactly. */
    private final class Window {
        private final ArrayDeque<Long> taken = new ArrayDeque<>(4);

        long waitNanos(int limit, long now) {
            forget(now);
            return taken.size() < limit ? 0 : taken.getFirst() + windowNanos - now;
        }

        boolean isOver(long now) {
            forget(now);
            return taken.isEmpty();
        }

        private void forget(long now) {
            while (!taken.isEmpty() && now - taken.getFirst() >= windowNanos) taken.removeFirst();
        }
    }
}
