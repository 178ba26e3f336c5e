package earshot.engine.redis;

import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The fields of a room's hash (presence-change.lua), as they come; a field that comes again replaces what came before. Not thread-safe. */
final class PresenceFields {
    private final Map<SessionId, PresenceChange.Entered> entered = new HashMap<>();
    private final Map<UserId, String> statuses = new HashMap<>();
    private Place place = Place.NOWHERE;
    private final boolean placed;

    private PresenceFields() {
        placed = false;
    }

    /** @param place where the stream stood before the first field was read */
    PresenceFields(Place place) {
        this.place = place;
        placed = true;
    }

    /** All fields and values of a hash. Throws as {@link PresenceChange} does. */
    static PresenceSnapshot of(Reply fields) {
        var all = new PresenceFields();
        all.add(fields);
        return all.toSnapshot();
    }

    /** Fields and values in turn. Throws as {@link PresenceChange} does. */
    void add(Reply fields) {
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            ByteBuffer field = ByteBuffer.wrap(fields.bytes(i));
            ByteBuffer value = ByteBuffer.wrap(fields.bytes(i + 1));
            switch (field.get()) {
                case '.' -> {
                    if (!placed) place = Place.read(value);
                }
                case 's' -> {
                    SessionId session = PresenceChange.session(field);
                    entered.put(session, PresenceChange.value(session, value));
                }
                case 'u' -> statuses.put(PresenceChange.userOf(text(field)), statusIn(text(value)));
                default -> {}
            }
        }
    }

    PresenceSnapshot toSnapshot() {
        return PresenceSnapshot.of(place, entered.values(), statuses);
    }

    private static String statusIn(String countAndStatus) {
        return countAndStatus.substring(countAndStatus.indexOf(':') + 1);
    }

    private static String text(ByteBuffer rest) {
        return StandardCharsets.UTF_8.decode(rest).toString();
    }
}
