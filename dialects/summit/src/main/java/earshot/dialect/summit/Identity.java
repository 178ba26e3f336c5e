package earshot.dialect.summit;

import earshot.core.message.Profile;
import earshot.core.message.UserId;
import java.util.Set;

/**
 * Who a token says its bearer is.
 *
 * @param permissions those of the token, and its roles as {@code role:…}
 * @param tokenId empty: it has none
 * @param expiresMillis Unix time; {@link Long#MAX_VALUE}: never
 */
record Identity(Profile user, String tenant, Set<String> permissions, String tokenId, long expiresMillis) {
    static final String ROLE = "role:";

    Identity {
        permissions = Set.copyOf(permissions);
    }

    /** As core knows them: two tenants may call two people the same. */
    static UserId user(String tenant, String id) {
        return new UserId(SummitDialect.NAME, tenant + ":" + id);
    }

    /** As clients know somebody: of ours without the tenant, which has no colon. */
    static String shown(UserId user) {
        return user.realm().equals(SummitDialect.NAME)
                ? user.id().substring(user.id().indexOf(':') + 1)
                : user.id();
    }

    String userId() {
        return shown(user.user());
    }

    boolean isSameAs(Identity other) {
        return user.user().equals(other.user.user()) && tenant.equals(other.tenant);
    }
}
