package earshot.engine.redis;

import earshot.core.message.UserId;
import earshot.core.presence.PresenceBoard.Entry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A room's presence as Redis has it.
 *
 * @param entered in the order of joining
 * @param statuses of every user who is there
 */
record PresenceSnapshot(Place place, List<PresenceChange.Entered> entered, Map<UserId, String> statuses) {
    private static final Comparator<PresenceChange.Entered> BY_JOINING = Comparator.comparing(
            PresenceChange.Entered::entry,
            Comparator.comparingLong(Entry::joinedMillis)
                    .thenComparingLong(entry -> entry.session().incarnation())
                    .thenComparingLong(entry -> entry.session().serial()));

    /** The fields and values of the room's hash. Throws as {@link PresenceChange} does. */
    static PresenceSnapshot read(Reply fields) {
        Place place = Place.NOWHERE;
        List<PresenceChange.Entered> entered = new ArrayList<>();
        Map<UserId, String> statuses = new HashMap<>();
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            ByteBuffer field = ByteBuffer.wrap(fields.bytes(i));
            ByteBuffer value = ByteBuffer.wrap(fields.bytes(i + 1));
            switch (field.get()) {
                case '.' -> place = Place.read(value);
                case 's' -> entered.add(PresenceChange.value(PresenceChange.session(field), value));
                case 'u' -> statuses.put(PresenceChange.userOf(text(field)), statusIn(text(value)));
                default -> {}
            }
        }
        entered.sort(BY_JOINING);
        return new PresenceSnapshot(place, List.copyOf(entered), statuses);
    }

    private static String statusIn(String countAndStatus) {
        return countAndStatus.substring(countAndStatus.indexOf(':') + 1);
    }

    private static String text(ByteBuffer rest) {
        return StandardCharsets.UTF_8.decode(rest).toString();
    }
}
