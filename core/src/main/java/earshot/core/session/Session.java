package earshot.core.session;

import earshot.core.message.Profile;
import earshot.core.message.SessionId;
import earshot.core.time.Loop;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who a client is: one connected client of one dialect, which may outlive its links. Immutable but for what its home loop keeps elsewhere;
 * may be read on any thread.
 *
 * @param home the loop that owns the session's conversation and outbound state
 * @param dialect the language it speaks
 * @param tenant the tenant or site it belongs to; empty where the dialect has none
 * @param user how it looks to others; null: anonymous, never in presence
 * @param permissions in the words of its token; what they mean is the realm's policy
 * @param connectedMillis Unix time
 * @param remote the client's address in text form, for operators; never in an event
 * @param tokenId the id of the token it came with, so that an operator can find its sessions; empty when it has none
 * @param packing how the gateway packs what this client is told, in the gateway's own numbers; 0: not at all
 */
public record Session(
        SessionId id,
        Loop home,
        String dialect,
        String tenant,
        @Nullable Profile user,
        Set<String> permissions,
        long connectedMillis,
        String remote,
        String tokenId,
        int packing) {

    /** For a client that is told everything as it is. */
    public Session(
            SessionId id,
            Loop home,
            String dialect,
            String tenant,
            @Nullable Profile user,
            Set<String> permissions,
            long connectedMillis,
            String remote,
            String tokenId) {
        this(id, home, dialect, tenant, user, permissions, connectedMillis, remote, tokenId, 0);
    }

    /** The same session, of a client that has said who it is. */
    public Session identified(@Nullable Profile as, String ofTenant, Set<String> permitted, String token) {
        return new Session(id, home, dialect, ofTenant, as, permitted, connectedMillis, remote, token, packing);
    }

    public Session {
        permissions = Set.copyOf(permissions);
    }

    /** Sessions are compared by id alone: the same client after a thaw is the same session. */
    @Override
    public boolean equals(Object o) {
        return o instanceof Session s && id.equals(s.id);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }
}
