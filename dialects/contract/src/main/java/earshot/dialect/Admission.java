package earshot.dialect;

import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.session.Session;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a dialect decided over a handshake. */
public sealed interface Admission {
    /**
     * Come in.
     *
     * @param user null: anonymous
     * @param permissions in the words of the token
     * @param tokenId see {@link Session#tokenId}
     * @param subprotocol to be named in the answer; null: none
     * @param reserve a room in which a place must be free before the upgrade; null: none. When it is full the client hears
     *     {@link Dialect#refusal} of ROOM_FULL
     * @param conversation made once the session exists, on its home loop
     */
    record Accepted(
            @Nullable Profile user,
            String tenant,
            Set<String> permissions,
            String tokenId,
            @Nullable String subprotocol,
            @Nullable RoomId reserve,
            Function<Session, Conversation> conversation)
            implements Admission {}

    /**
     * Come in; who you are we shall hear. The session belongs to nobody until {@link Inbox#identify}: it can ask nothing, counts for no tenant, and
     * operators do not see it. Of clients that come by {@link EngineIo} the gateway bounds how many there are and for how long; of others their dialect does.
     *
     * @param subprotocol to be named in the answer; null: none
     */
    record Unidentified(
            Function<Session, Conversation> conversation,
            @Nullable String subprotocol) implements Admission {
        public Unidentified(Function<Session, Conversation> conversation) {
            this(conversation, null);
        }
    }

    record Refused(HttpResponse response) implements Admission {}
}
