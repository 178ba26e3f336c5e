package earshot.core.time;

import earshot.core.message.RoomId;

/** All loops of this node. Thread-safe. */
public interface Loops {
    int count();

    Loop loop(int index);

    /** The loop that owns a room; the same for as long as the process runs. */
    default Loop of(RoomId room) {
        int h = room.hashCode() * 0x9E3779B9;
        return loop((int) (((h >>> 1) * (long) count()) >>> 31));
    }
}
