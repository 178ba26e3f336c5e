package earshot.dialect.summit;

import earshot.core.message.Event;
import earshot.core.message.PresenceList;
import earshot.core.message.Profile;
import earshot.dialect.JsonBytes;

/**
 * Who is in a room, as clients read it. Rendered once per list for half a minute: the time at which a user was seen last is that of the rendering, since
 * who is in the list is connected.
 */
final class PresenceJson {
    static final String ONLINE = "online";
    private static final long SLOT_MILLIS = 30_000;
    private static final int BYTES_PER_USER = 128;

    /** Names a rendering: one for each half minute. */
    private record Key(long slot) {}

    private PresenceJson() {}

    /** The array. */
    static byte[] list(PresenceList presence, long nowMillis) {
        return presence.rendered()
                .get(new Key(nowMillis / SLOT_MILLIS), byte[].class, () -> render(presence, nowMillis));
    }

    private static byte[] render(PresenceList presence, long nowMillis) {
        JsonBytes json = new JsonBytes(2 + BYTES_PER_USER * presence.users().size()).raw('[');
        for (PresenceList.Present present : presence.users()) {
            if (json.length() > 1) json.raw(',');
            entry(json, present.user(), present.status(), nowMillis);
            if (!present.note().isEmpty())
                json.raw(",\"metadata\":").raw(present.note().getBytes(java.nio.charset.StandardCharsets.UTF_8));
            json.raw('}');
        }
        return json.raw(']').done();
    }

    /** Somebody who has just come. */
    static void joined(JsonBytes json, Event.UserJoined j) {
        entry(json, j.user(), ONLINE, j.joinedMillis()).raw('}');
    }

    /** Without the brace at the end. */
    private static JsonBytes entry(JsonBytes json, Profile user, String status, long lastSeenMillis) {
        json.raw("{\"userId\":")
                .string(Identity.shown(user.user()))
                .raw(",\"username\":")
                .string(user.name());
        return json.raw(",\"status\":").string(status).raw(",\"lastSeen\":").number(lastSeenMillis);
    }
}
