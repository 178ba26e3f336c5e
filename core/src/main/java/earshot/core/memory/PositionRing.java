package earshot.core.memory;

import earshot.core.message.Position;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** What one room keeps in position order, oldest first; grows at the end, shrinks at both. Not thread-safe. */
final class PositionRing<T> {
    private final Function<T, Position> position;
    private final ToIntFunction<T> weight;
    private @Nullable Object[] ring = new @Nullable Object[8];
    private int first;
    private int size;
    private long bytes;

    /** @param weight in bytes, roughly */
    PositionRing(Function<T, Position> position, ToIntFunction<T> weight) {
        this.position = position;
        this.weight = weight;
    }

    int size() {
        return size;
    }

    long bytes() {
        return bytes;
    }

    // Only add and set write to the array.
    @SuppressWarnings("unchecked")
    T get(int i) {
        return (T) Objects.requireNonNull(ring[slot(i)], "entry");
    }

    void set(int i, T entry) {
        bytes += weight.applyAsInt(entry) - weight.applyAsInt(get(i));
        ring[slot(i)] = entry;
    }

    void add(T entry) {
        if (size == ring.length) grow();
        ring[slot(size++)] = entry;
        bytes += weight.applyAsInt(entry);
    }

    T removeOldest() {
        T oldest = get(0);
        ring[first] = null;
        first = slot(1);
        size--;
        bytes -= weight.applyAsInt(oldest);
        return oldest;
    }

    T removeNewest() {
        T newest = get(size - 1);
        ring[slot(--size)] = null;
        bytes -= weight.applyAsInt(newest);
        return newest;
    }

    /** Where the first entry after a position is; {@link #size} when there is none. */
    int indexAfter(Position place) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (position.apply(get(middle)).isAfter(place)) high = middle;
            else low = middle + 1;
        }
        return low;
    }

    private int slot(int i) {
        return (first + i) & (ring.length - 1);
    }

    private void grow() {
        @Nullable Object[] larger = Arrays.copyOfRange(ring, 0, ring.length * 2);
        for (int i = 0; i < size; i++) larger[i] = ring[slot(i)];
        ring = larger;
        first = 0;
    }
}
