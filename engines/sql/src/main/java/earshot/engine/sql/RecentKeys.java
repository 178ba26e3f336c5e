package earshot.engine.sql;

import earshot.core.message.UserId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A room's idempotency keys of the last five minutes, and where each was stored; of very many, the newest {@value #MAX_KEYS}. The file keeps
 * them with their entries, so that they are known again after a crash. Confined to the writer.
 */
final class RecentKeys {
    static final long KEPT_MILLIS = 300_000;
    static final int MAX_KEYS = 10_000;

    /** Who used which key. */
    record Key(UserId author, String key) {}

    private record Known(long place, long atMillis) {}

    private final Map<Key, Known> known = new LinkedHashMap<>();

    /** The place of the first entry with this key; null when there is none that counts. */
    @Nullable
    Long place(Key key, long nowMillis) {
        forget(nowMillis);
        Known found = known.get(key);
        return found == null ? null : found.place;
    }

    void remember(Key key, long place, long atMillis) {
        known.put(key, new Known(place, atMillis));
        if (known.size() > MAX_KEYS) dropOldest();
    }

    private void forget(long nowMillis) {
        Iterator<Known> oldestFirst = known.values().iterator();
        while (oldestFirst.hasNext() && nowMillis - oldestFirst.next().atMillis >= KEPT_MILLIS) oldestFirst.remove();
    }

    private void dropOldest() {
        Iterator<Known> oldestFirst = known.values().iterator();
        oldestFirst.next();
        oldestFirst.remove();
    }
}
