package earshot.gateway;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything with a deadline on one loop, looked at a slice per tick: no timer, task or map node per connection. Confined to its loop.
 * Each member is looked at once per {@link #TICKS_PER_SWEEP} ticks; one that moved into a gap that was already passed waits one sweep longer.
 */
final class Wheel {
    static final int TICKS_PER_SWEEP = 10;

    private @Nullable Swept[] members = new Swept[64];
    private int size;
    private int cursor;
    private int slice;

    void add(Swept member) {
        if (size == members.length) members = Arrays.copyOf(members, size * 2);
        members[size] = member;
        member.wheelSlot(size++);
    }

    /** No effect when it is not there. */
    void remove(Swept member) {
        int slot = member.wheelSlot();
        if (slot < 0) return;
        Swept last = members[--size];
        members[size] = null;
        if (slot < size && last != null) {
            members[slot] = last;
            last.wheelSlot(slot);
        }
        member.wheelSlot(-1);
        if (members.length > 64 && size < members.length / 4) members = Arrays.copyOf(members, members.length / 2);
    }

    int size() {
        return size;
    }

    /** The visitor must not add or remove members. */
    void forEach(Consumer<Swept> visitor) {
        for (int i = 0; i < size; i++) {
            Swept member = members[i];
            if (member != null) visitor.accept(member);
        }
    }

    /** Looks at the next slice: a tenth of the most who were there since the sweep began. */
    void tick(long nowNanos) {
        if (cursor >= size) {
            cursor = 0;
            slice = 0;
        }
        slice = Math.max(slice, (size + TICKS_PER_SWEEP - 1) / TICKS_PER_SWEEP);
        for (int i = 0; i < slice && cursor < size; i++) {
            Swept member = members[cursor];
            if (member != null) member.onSweep(nowNanos);
            // One that went by being looked at has another in its place, which has its turn now, not a sweep later.
            if (member == null || member.wheelSlot() == cursor) cursor++;
        }
    }
}
