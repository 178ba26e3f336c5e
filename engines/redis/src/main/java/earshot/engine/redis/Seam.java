package earshot.engine.redis;

import earshot.core.message.KeptEvent;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import earshot.engine.redis.ByteReader.BadBytes;
import java.util.ArrayList;
import java.util.List;

/**
 * Where Redis ends and the archive begins, of one room at the moment of a read.
 *
 * @param trimmed the last place that is in the archive only; {@link Position#START}: there is none
 * @param sure false: the archive must be asked whether it has anything at all
 * @param changes edits, deletions and pinnings that may not have been archived yet
 * @param behind there are more of them than are told
 */
record Seam(Position trimmed, boolean sure, List<KeptEvent> changes, boolean behind) {
    /** All of the room is in Redis. */
    static final Seam NONE = new Seam(Position.START, true, List.of(), false);

    boolean isWhole() {
        return sure && trimmed.equals(Position.START);
    }

    Seam trimmedUpTo(Position place) {
        return new Seam(place, true, changes, behind);
    }

    /** As {@code seam.lua} answers. */
    static Seam read(RoomId room, Reply reply) throws BadBytes {
        Position trimmed = reply.isNull(0) ? Position.START : Places.position(reply.bytes(0));
        return new Seam(trimmed, reply.number(1) == 1, entries(room, reply.list(2)), reply.number(3) == 1);
    }

    static List<KeptEvent> entries(RoomId room, Reply flat) throws BadBytes {
        List<KeptEvent> found = new ArrayList<>(flat.size() / 2);
        for (int i = 0; i < flat.size(); i += 2)
            found.add(EntryCodec.decode(room, Places.position(flat.bytes(i)), flat.bytes(i + 1)));
        return found;
    }
}
