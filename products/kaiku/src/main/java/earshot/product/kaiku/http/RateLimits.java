package earshot.product.kaiku.http;

import earshot.core.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * How often somebody may ask for things of a kind: so many in a window that begins with the first (protocols/kaiku.md section 10). Only what is let through
 * counts. Thread-safe; counts on this node. Bounded: {@value #MAX} windows, those begun longest ago are forgotten first.
 */
public final class RateLimits {
    private static final int MAX = 200_000;

    /** Kinds, each with the original's limit. */
    public enum Category {
        AUTH_LOGIN(3),
        AUTH_REGISTER(5),
        AUTH_OTHER(20),
        WRITE(30),
        SOCIAL(20),
        /** Not counted. */
        NONE(0);

        private final int fallback;

        Category(int fallback) {
            this.fallback = fallback;
        }

        /** Requests in a minute where nobody said otherwise. */
        public int fallback() {
            return fallback;
        }

        /** As settings spell it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * @param limits requests of each kind in a window; a kind that is missing, or 0, is not limited
     * @param failures wrong passwords from one address in {@code failureWindow}, after which it is shut out; 0: never
     */
    public record Terms(
            Map<Category, Integer> limits, Duration window, int failures, Duration failureWindow, Duration shutOut) {
        public static final Duration WINDOW = Duration.ofSeconds(60);

        public Terms {
            limits = Map.copyOf(limits);
        }

        public static final Terms NONE = new Terms(Map.of(), WINDOW, 0, Duration.ofMinutes(5), Duration.ofMinutes(15));
    }

    /**
     * What became of one request.
     *
     * @param limit 0: it is not limited, and nothing is said of limits
     * @param seconds until the window ends, rounded up, at least 1
     */
    record Verdict(boolean allowed, int limit, int remaining, long seconds) {
        static final Verdict UNLIMITED = new Verdict(true, 0, 0, 0);
    }

    private record Key(Category category, String who) {}

    private static final class Window {
        private final long beganNanos;
        private int count;

        Window(long beganNanos) {
            this.beganNanos = beganNanos;
        }
    }

    private final Terms terms;
    private final Clock clock;
    private final Map<Key, Window> windows = bounded();
    private final Map<String, Window> failures = bounded();

    public RateLimits(Terms terms, Clock clock) {
        this.terms = terms;
        this.clock = clock;
    }

    private static <K> Map<K, Window> bounded() {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, Window> eldest) {
                return size() > MAX;
            }
        };
    }

    /** @param who {@code user:…} or an address */
    synchronized Verdict take(Category category, String who) {
        int limit = terms.limits().getOrDefault(category, 0);
        if (limit <= 0) return Verdict.UNLIMITED;
        long now = clock.nanos();
        Window window = current(windows, new Key(category, who), now, terms.window());
        boolean allowed = window.count < limit;
        if (allowed) window.count++;
        return new Verdict(allowed, limit, limit - window.count, secondsLeft(window, now, terms.window()));
    }

    private static <K> Window current(Map<K, Window> of, K key, long now, Duration length) {
        Window known = of.get(key);
        if (known != null && now - known.beganNanos < length.toNanos()) return known;
        of.remove(key);
        Window fresh = new Window(now);
        of.put(key, fresh);
        return fresh;
    }

    private static long secondsLeft(Window window, long now, Duration length) {
        long nanos = length.toNanos() - (now - window.beganNanos);
        return Math.max(1, Math.ceilDiv(nanos, 1_000_000_000L));
    }

    // --- wrong passwords

    synchronized void failed(String address) {
        if (terms.failures() <= 0) return;
        long now = clock.nanos();
        if (secondsShutOut(address) > 0) return;
        Window window = current(failures, address, now, terms.failureWindow());
        window.count++;
        if (window.count < terms.failures()) return;
        Window shut = new Window(now);
        shut.count = terms.failures();
        failures.put(address, shut);
    }

    synchronized void succeeded(String address) {
        if (secondsShutOut(address) == 0) failures.remove(address);
    }

    /** 0: it may try. */
    synchronized long secondsShutOut(String address) {
        Window window = failures.get(address);
        if (window == null || terms.failures() <= 0 || window.count < terms.failures()) return 0;
        long now = clock.nanos();
        if (now - window.beganNanos >= terms.shutOut().toNanos()) {
            failures.remove(address);
            return 0;
        }
        return secondsLeft(window, now, terms.shutOut());
    }
}
