package earshot.core.memory;

import earshot.core.message.Draft;
import earshot.core.message.KeptEvent;
import earshot.core.message.UserId;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was appended under which key in the last five minutes, at most {@value #MAX} of a room. Not thread-safe. */
final class IdempotencyKeys {
    private static final long WINDOW_NANOS = Duration.ofMinutes(5).toNanos();
    private static final int MAX = 10_000;

    private final Map<Key, Known> known = new LinkedHashMap<>();

    private record Key(UserId author, String key) {}

    private record Known(KeptEvent entry, long atNanos) {}

    @Nullable
    KeptEvent find(Draft draft, long nowNanos) {
        if (draft.idempotencyKey() == null) return null;
        forgetOld(nowNanos);
        Known first = known.get(new Key(draft.author().user(), draft.idempotencyKey()));
        return first == null ? null : first.entry();
    }

    void remember(Draft draft, KeptEvent entry, long nowNanos) {
        if (draft.idempotencyKey() == null) return;
        known.put(new Key(draft.author().user(), draft.idempotencyKey()), new Known(entry, nowNanos));
        if (known.size() > MAX) known.remove(known.keySet().iterator().next());
    }

    void clear() {
        known.clear();
    }

    private void forgetOld(long nowNanos) {
        Iterator<Known> oldestFirst = known.values().iterator();
        while (oldestFirst.hasNext() && nowNanos - oldestFirst.next().atNanos() >= WINDOW_NANOS) oldestFirst.remove();
    }
}
