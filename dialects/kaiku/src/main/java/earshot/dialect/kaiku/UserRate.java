package earshot.dialect.kaiku;

import earshot.core.limit.FixedWindow;
import earshot.core.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How often a user may do something on this node: so many in a window that begins with the first. Thread-safe: a take is a few steps under a lock of its own. At
 * most {@value #MAX_USERS} users are remembered, then the one whose window began first goes first.
 */
final class UserRate {
    static final int MAX_USERS = 200_000;

    private final int limit;
    private final long windowNanos;
    private final Clock clock;
    /** The one whose window began first comes first. */
    private final Map<UUID, Taken> byUser = new LinkedHashMap<>();

    private static final class Taken {
        final FixedWindow window;
        final long beganNanos;

        Taken(FixedWindow window, long beganNanos) {
            this.window = window;
            this.beganNanos = beganNanos;
        }
    }

    UserRate(int limit, Duration window, Clock clock) {
        this.limit = limit;
        this.windowNanos = window.toNanos();
        this.clock = clock;
    }

    /** Seconds to wait; 0: come in. */
    synchronized long tryTake(UUID user) {
        long now = clock.nanos();
        forget(now);
        @Nullable Taken taken = byUser.get(user);
        if (taken == null) {
            taken = new Taken(new FixedWindow(limit, windowNanos), now);
            byUser.put(user, taken);
        }
        if (taken.window.tryTake(now)) return 0;
        return Math.max(1, Math.ceilDiv(taken.beganNanos + windowNanos - now, 1_000_000_000L));
    }

    private void forget(long now) {
        Iterator<Taken> oldest = byUser.values().iterator();
        for (int i = 0; i < 2 && oldest.hasNext(); i++) {
            boolean over = now - oldest.next().beganNanos >= windowNanos;
            if (!over && byUser.size() < MAX_USERS) return;
            oldest.remove();
        }
    }
}
