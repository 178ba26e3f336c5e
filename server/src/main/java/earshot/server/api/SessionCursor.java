package earshot.server.api;

import earshot.core.message.SessionId;
import earshot.core.relay.SessionAge;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Where a list of sessions goes on: opaque to callers. */
final class SessionCursor {
    private static final char BETWEEN = '/';

    private SessionCursor() {}

    static String print(SessionAge age) {
        String joined = "" + age.connectedMillis() + BETWEEN + age.session();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(joined.getBytes(StandardCharsets.UTF_8));
    }

    static SessionAge parse(String cursor) {
        try {
            String joined = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            int between = joined.indexOf(BETWEEN);
            if (between > 0)
                return new SessionAge(
                        Long.parseLong(joined.substring(0, between)), SessionId.parse(joined.substring(between + 1)));
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw ApiRefusal.invalid("cursor", "expected the word next of an earlier answer");
    }
}
