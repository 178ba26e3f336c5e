package earshot.dialect.graphwiz;

import earshot.core.message.Profile;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.session.Session;
import earshot.dialect.graphwiz.wire.Wire.PresenceData;
import java.util.HashMap;
import java.util.Map;

/** A client in a room, on any node; or somebody of another dialect. Confined to the room's loop, but for what is final. */
final class Member {
    final UserId user;
    final Identity identity;
    final String displayName;
    final long joinedMillis;
    /** Of another dialect: seen and heard in chat, and nothing else. */
    final boolean isForeign;

    /** Its connections to this node: one, but for a moment. */
    final Map<SessionId, Session> sessions = new HashMap<>(2);

    PresenceData presence = PresenceData.getDefaultInstance();
    /** The entity that it moved last; empty: none. */
    String moved = "";

    Member(Profile profile, long joinedMillis) {
        Identity own = Identity.of(profile);
        this.user = profile.user();
        this.isForeign = own == null;
        this.identity = own != null ? own : new Identity(profile.user().id(), Identity.clientIdOf(profile), "");
        this.displayName = profile.name();
        this.joinedMillis = joinedMillis;
    }

    String clientId() {
        return identity.clientId();
    }

    /** How it wants to be seen: its own word, else the name that it came with. */
    String shownName() {
        return presence.getDisplayName().isEmpty() ? displayName : presence.getDisplayName();
    }
}
