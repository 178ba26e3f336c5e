package earshot.engine.redis;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What one call changed in a room, as its followers hear it.
 *
 * @param before where the stream stood
 * @param after where it stands
 */
record PresenceMessage(Place before, Place after, List<PresenceChange> changes) {
    /** Throws as {@link PresenceChange} does. */
    static PresenceMessage read(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        Place before = Place.read(in);
        Place after = Place.read(in);
        in.getInt();
        List<PresenceChange> changes = new ArrayList<>();
        while (in.hasRemaining()) {
            int length = in.getInt();
            changes.add(PresenceChange.read(in.slice(in.position(), length)));
            in.position(in.position() + length);
        }
        return new PresenceMessage(before, after, List.copyOf(changes));
    }
}
