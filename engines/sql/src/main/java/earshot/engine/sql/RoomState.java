package earshot.engine.sql;

import earshot.core.message.Change;
import earshot.core.message.Draft;
import earshot.core.message.RoomId;

/** What the writer knows of a room by heart. Confined to the writer. */
final class RoomState {
    final RoomId room;
    final int id;
    final RecentKeys keys;
    /** The offset of the newest entry in the current epoch. */
    long offset;
    /** Not yet added to the room's row. */
    long messages;

    long bytes;
    /** Of the first of them; 0 when there is none. */
    long firstMillis;

    long lastMillis;

    RoomState(RoomId room, int id, RecentKeys keys, long offset) {
        this.room = room;
        this.id = id;
        this.keys = keys;
        this.offset = offset;
    }

    void onStored(Draft draft, long place) {
        offset = Place.offset(place);
        bytes += Weight.of(draft);
        if (firstMillis == 0) firstMillis = draft.timestampMillis();
        if (draft.change() instanceof Change.Post) {
            messages++;
            lastMillis = Math.max(lastMillis, draft.timestampMillis());
        }
    }

    void onCounted() {
        messages = 0;
        bytes = 0;
        firstMillis = 0;
    }
}
