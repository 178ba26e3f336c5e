package earshot.core.memory;

import earshot.core.session.ResumeBook;
import earshot.core.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Records in this process. Thread-safe. At most so many bytes are kept; then the one that was not renewed for longest goes first. */
public final class MemoryResumeBook implements ResumeBook {
    static final long MAX_BYTES = 64L << 20;
    private static final int RECORD_OVERHEAD = 200;

    private final Clock clock;
    private final Map<String, Kept> records = new LinkedHashMap<>();
    private long bytes;

    private record Kept(long owner, byte[] bytes, long untilNanos) {
        int weight() {
            return RECORD_OVERHEAD + bytes.length;
        }
    }

    public MemoryResumeBook(Clock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized void open(String key, long owner, byte[] record, Duration keep) {
        remove(key);
        put(key, new Kept(owner, record, clock.nanos() + keep.toNanos()));
    }

    @Override
    public synchronized void renew(String key, long owner, byte[] record, Duration keep) {
        @Nullable Kept known = records.get(key);
        if (known == null || known.owner != owner || isOver(known)) return;
        open(key, owner, record, keep);
    }

    @Override
    public synchronized void forget(String key, long owner) {
        @Nullable Kept known = records.get(key);
        if (known != null && known.owner == owner) remove(key);
    }

    @Override
    public synchronized CompletionStage<Optional<byte[]>> take(String key) {
        Kept found = remove(key);
        return CompletableFuture.completedStage(
                found == null || isOver(found) ? Optional.empty() : Optional.of(found.bytes));
    }

    private boolean isOver(Kept record) {
        return clock.nanos() - record.untilNanos >= 0;
    }

    private void put(String key, Kept record) {
        records.put(key, record);
        bytes += record.weight();
        Iterator<Kept> oldest = records.values().iterator();
        while (oldest.hasNext()) {
            Kept next = oldest.next();
            if (!isOver(next) && bytes <= MAX_BYTES) return;
            oldest.remove();
            bytes -= next.weight();
        }
    }

    private @Nullable Kept remove(String key) {
        Kept removed = records.remove(key);
        if (removed != null) bytes -= removed.weight();
        return removed;
    }
}
