package earshot.engine.sql;

import earshot.core.message.UserId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A room's idempotency keys of the last five minutes, and where each was stored; of very many, the newest {@value #MAX_KEYS}. The file keeps
 * them with their entries, so that they are known again after a crash. Times here are of the monotonic clock: one that is set ahead must not make
 * a message double. Confined to the writer.
 */
final class RecentKeys {
    static final long KEPT_MILLIS = 300_000;
    private static final long KEPT_NANOS = KEPT_MILLIS * 1_000_000;
    static final int MAX_KEYS = 10_000;

    /** Who used which key. */
    record Key(UserId author, String key) {}

    private record Known(long place, long atNanos) {}

    private final Map<Key, Known> known = new LinkedHashMap<>();

    /** The place of the first entry with this key; null when there is none that counts. */
    @Nullable
    Long place(Key key, long nowNanos) {
        forget(nowNanos);
        Known found = known.get(key);
        return found == null ? null : found.place;
    }

    void remember(Key key, long place, long atNanos) {
        known.put(key, new Known(place, atNanos));
        if (known.size() > MAX_KEYS) dropOldest();
    }

    private void forget(long nowNanos) {
        Iterator<Known> oldestFirst = known.values().iterator();
        while (oldestFirst.hasNext() && nowNanos - oldestFirst.next().atNanos >= KEPT_NANOS) oldestFirst.remove();
    }

    private void dropOldest() {
        Iterator<Known> oldestFirst = known.values().iterator();
        oldestFirst.next();
        oldestFirst.remove();
    }
}
