package earshot.gateway;

import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.session.Session;
import earshot.dialect.Admission;
import earshot.dialect.Conversation;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who is let in, as its dialect decided.
 *
 * @param isIdentified false: nobody yet, and so without user, tenant and permissions
 * @param reserve a room that must have a place for it; null: none
 */
record Entrant(
        boolean isIdentified,
        @Nullable Profile user,
        String tenant,
        Set<String> permissions,
        String tokenId,
        @Nullable String subprotocol,
        @Nullable RoomId reserve,
        Function<Session, Conversation> conversation) {
    static Entrant of(Admission.Accepted a) {
        return new Entrant(
                true,
                a.user(),
                a.tenant(),
                a.permissions(),
                a.tokenId(),
                a.subprotocol(),
                a.reserve(),
                a.conversation());
    }

    static Entrant of(Admission.Unidentified u) {
        return new Entrant(false, null, "", Set.of(), "", u.subprotocol(), null, u.conversation());
    }
}
