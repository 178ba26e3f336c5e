package earshot.dialect.graphwiz;

import earshot.core.message.Problem;
import earshot.core.message.RoomId;
import earshot.core.session.Gatekeeper;
import earshot.core.session.Permission;
import earshot.core.session.Session;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** What the claim {@code role} or {@code roles} of a token allows; who is in a room may speak there. Thread-safe. */
final class Roles implements Gatekeeper {
    private static final String ROLE = "role:";
    private static final Set<String> MODERATORS = Set.of(ROLE + "moderator", ROLE + "admin");

    @Override
    public CompletionStage<Verdict> admit(Session session, RoomId room) {
        if (!session.dialect().equals(GraphwizDialect.NAME) || session.user() == null)
            return CompletableFuture.completedStage(new Verdict.Denied(Problem.FORBIDDEN));
        EnumSet<Permission> granted = EnumSet.of(Permission.READ, Permission.WRITE);
        if (isModerator(session.permissions())) granted.add(Permission.MODERATE);
        return CompletableFuture.completedStage(new Verdict.Granted(granted));
    }

    /** As a session carries them. */
    static Set<String> permissions(Set<String> roles) {
        return roles.stream().map(r -> ROLE + r).collect(Collectors.toUnmodifiableSet());
    }

    static boolean isModerator(Set<String> permissions) {
        return permissions.stream().anyMatch(MODERATORS::contains);
    }

    static boolean isAdmin(Set<String> permissions) {
        return permissions.contains(ROLE + "admin");
    }
}
