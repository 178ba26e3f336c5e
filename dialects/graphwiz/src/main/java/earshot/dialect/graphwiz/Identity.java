package earshot.dialect.graphwiz;

import earshot.core.message.Profile;
import earshot.core.message.UserId;
import earshot.dialect.JsonBytes;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who a connection is. In this dialect who is present is a client: one user with two of them is two avatars. So core's user is a client of a user, and
 * what others must know of it travels in the attributes of its profile.
 *
 * @param userId as the token or the query names it; of anonymous clients the client's id
 * @param clientId unique in a room
 * @param connectionId made by the server for this connection
 */
record Identity(String userId, String clientId, String connectionId) {
    private static final String USER = "user_id";
    private static final String CLIENT = "client_id";
    private static final String CONNECTION = "connection_id";

    UserId user() {
        return new UserId(GraphwizDialect.NAME, userId.equals(clientId) ? clientId : userId + "#" + clientId);
    }

    Profile profile(String displayName) {
        String attributes = new String(
                new JsonBytes(128)
                        .raw("{\"client_id\":")
                        .string(clientId)
                        .raw(",\"user_id\":")
                        .string(userId)
                        .raw(",\"connection_id\":")
                        .string(connectionId)
                        .raw('}')
                        .done(),
                StandardCharsets.UTF_8);
        return new Profile(user(), displayName.isEmpty() ? userId : displayName, null, attributes);
    }

    /** Of a user of this dialect; null: of another one, or nobody that this dialect made. */
    static @Nullable Identity of(Profile profile) {
        if (!profile.user().realm().equals(GraphwizDialect.NAME)) return null;
        Map<String, @Nullable Object> json =
                Json.object(Json.read(profile.attributes().getBytes(StandardCharsets.UTF_8)));
        if (json == null || HubReader.text(json, CLIENT).isEmpty()) return null;
        return new Identity(HubReader.text(json, USER), HubReader.text(json, CLIENT), HubReader.text(json, CONNECTION));
    }

    /** How clients here know somebody: a client by its id, users of other dialects by dialect and id. */
    static String clientIdOf(Profile profile) {
        Identity known = of(profile);
        return known != null
                ? known.clientId
                : profile.user().realm() + ":" + profile.user().id();
    }

    Identity as(String otherClientId) {
        return new Identity(userId.equals(clientId) ? otherClientId : userId, otherClientId, connectionId);
    }

    /** Clients of the original call themselves by any of the three. */
    boolean isCalled(String name) {
        return name.equals(clientId) || name.equals(userId) || name.equals(connectionId);
    }

    /** Whether an id that a client gave itself will do. */
    static boolean isClientId(String id) {
        return !id.isEmpty() && id.length() <= 128 && id.chars().noneMatch(Character::isISOControl);
    }
}
