package earshot.dialect.summit;

import earshot.core.limit.TokenBucket;
import earshot.core.time.Clock;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The token buckets of users and tenants on this node, shared by all connections of a user. Thread-safe: a take is a few arithmetic operations under a
 * lock of its own. What nobody used for five minutes is full again and goes; at most {@value #MAX_BUCKETS} of each kind are kept, then the one that was
 * not used for longest goes first.
 */
final class RateLimits {
    static final int MAX_BUCKETS = 200_000;
    private static final long IDLE_NANOS = 300_000_000_000L;

    private final SummitConfig.Rates rates;
    private final Clock clock;
    private final Kind messages = new Kind();
    private final Kind connections = new Kind();
    private final Kind tenants = new Kind();

    RateLimits(SummitConfig.Rates rates, Clock clock) {
        this.rates = rates;
        this.clock = clock;
    }

    /** Which bucket was empty. */
    enum Taken {
        YES,
        NO_USER,
        NO_TENANT
    }

    Taken message(String tenant, String user) {
        long now = clock.nanos();
        if (!messages.take(tenant + '\0' + user, rates.messagesPerSecond(), rates.burst(), now)) return Taken.NO_USER;
        if (rates.tenantPerSecond() == 0) return Taken.YES;
        int burst = Math.max(rates.tenantBurst(), rates.tenantPerSecond());
        return tenants.take(tenant, rates.tenantPerSecond(), burst, now) ? Taken.YES : Taken.NO_TENANT;
    }

    boolean connection(String tenant, String user) {
        return connections.take(tenant + '\0' + user, rates.messagesPerSecond(), rates.burst(), clock.nanos());
    }

    private static final class Used {
        final TokenBucket bucket;
        long atNanos;

        Used(TokenBucket bucket) {
            this.bucket = bucket;
        }
    }

    private static final class Kind {
        /** The one that was not used for longest comes first. */
        private final Map<String, Used> byKey = new LinkedHashMap<>(16, 0.75f, true);

        synchronized boolean take(String key, int perSecond, int burst, long now) {
            forgetIdle(now);
            @Nullable Used used = byKey.get(key);
            if (used == null) {
                used = new Used(new TokenBucket(perSecond, burst, now));
                byKey.put(key, used);
            }
            used.atNanos = now;
            return used.bucket.tryTake(now);
        }

        /** Two at each take are enough to keep up with one that comes. */
        private void forgetIdle(long now) {
            Iterator<Used> oldest = byKey.values().iterator();
            for (int i = 0; i < 2 && oldest.hasNext(); i++) {
                boolean idle = now - oldest.next().atNanos > IDLE_NANOS;
                if (!idle && byKey.size() <= MAX_BUCKETS) return;
                oldest.remove();
            }
        }
    }
}
