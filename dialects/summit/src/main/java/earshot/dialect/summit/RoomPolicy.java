package earshot.dialect.summit;

import earshot.core.message.Problem;
import earshot.core.message.RoomId;
import earshot.core.session.Gatekeeper;
import earshot.core.session.Permission;
import earshot.core.session.Session;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what in a room of a tenant: nobody of another tenant anything; then what the token's permissions and roles say, and then the product, where
 * it wants to be asked. Thread-safe.
 */
final class RoomPolicy implements Gatekeeper {
    private static final Verdict DENIED = new Verdict.Denied(Problem.FORBIDDEN);

    private final SummitConfig.Access access;
    private final @Nullable RoomAuthorizer authorizer;

    RoomPolicy(SummitConfig.Access access, @Nullable RoomAuthorizer authorizer) {
        this.access = access;
        this.authorizer = authorizer;
    }

    @Override
    public CompletionStage<Verdict> admit(Session session, RoomId room) {
        boolean isForeign =
                room.realm().equals(SummitDialect.NAME) && !room.tenant().equals(session.tenant());
        if (!session.dialect().equals(SummitDialect.NAME)
                || session.user() == null
                || isForeign
                || !has(session, access.joinNeeds())) return CompletableFuture.completedStage(DENIED);
        EnumSet<Permission> granted = EnumSet.of(Permission.READ);
        if (has(session, access.sendNeeds())) granted.add(Permission.WRITE);
        if (access.moderateNeeds() != null && has(session, access.moderateNeeds())) granted.add(Permission.MODERATE);
        if (authorizer == null) return CompletableFuture.completedStage(new Verdict.Granted(granted));
        return authorizer.allowed(session, room).handle((allowed, failure) -> verdict(granted, allowed));
    }

    /** @param allowed null: there was no answer, and without one nobody comes in */
    private static Verdict verdict(EnumSet<Permission> granted, @Nullable Set<RoomAuthorizer.Action> allowed) {
        if (allowed == null) return new Verdict.Denied(Problem.UNAVAILABLE);
        if (!allowed.contains(RoomAuthorizer.Action.JOIN)) return DENIED;
        EnumSet<Permission> left = EnumSet.copyOf(granted);
        if (!allowed.contains(RoomAuthorizer.Action.SEND)) {
            left.remove(Permission.WRITE);
            left.remove(Permission.MODERATE);
        }
        return new Verdict.Granted(left);
    }

    private static boolean has(Session session, @Nullable String needed) {
        return needed == null || session.permissions().contains(needed);
    }
}
