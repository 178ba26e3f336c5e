package earshot.core.memory;

import earshot.core.message.KeptEvent;
import earshot.core.message.Position;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Entries of one room in position order, oldest first; grows at the end, shrinks at both. Not thread-safe. */
final class EntryRing {
    private @Nullable KeptEvent[] ring = new @Nullable KeptEvent[8];
    private int first;
    private int size;
    private long bytes;

    int size() {
        return size;
    }

    long bytes() {
        return bytes;
    }

    KeptEvent get(int i) {
        return Objects.requireNonNull(ring[slot(i)], "entry");
    }

    void set(int i, KeptEvent entry) {
        bytes += entry.weightBytes() - get(i).weightBytes();
        ring[slot(i)] = entry;
    }

    void add(KeptEvent entry) {
        if (size == ring.length) grow();
        ring[slot(size++)] = entry;
        bytes += entry.weightBytes();
    }

    KeptEvent removeOldest() {
        KeptEvent oldest = get(0);
        ring[first] = null;
        first = slot(1);
        size--;
        bytes -= oldest.weightBytes();
        return oldest;
    }

    void removeNewest() {
        bytes -= get(size - 1).weightBytes();
        ring[slot(--size)] = null;
    }

    /** Where the first entry after a position is; {@link #size} when there is none. */
    int indexAfter(Position position) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (get(middle).position().isAfter(position)) high = middle;
            else low = middle + 1;
        }
        return low;
    }

    private int slot(int i) {
        return (first + i) & (ring.length - 1);
    }

    private void grow() {
        @Nullable KeptEvent[] larger = Arrays.copyOfRange(ring, 0, ring.length * 2);
        for (int i = 0; i < size; i++) larger[i] = ring[slot(i)];
        ring = larger;
        first = 0;
    }
}
