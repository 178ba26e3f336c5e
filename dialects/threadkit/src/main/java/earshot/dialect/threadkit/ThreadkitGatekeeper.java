package earshot.dialect.threadkit;

import earshot.core.message.Problem;
import earshot.core.message.RoomId;
import earshot.core.session.Gatekeeper;
import earshot.core.session.Permission;
import earshot.core.session.Session;
import java.util.EnumSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Who may look at a page: everybody who speaks this dialect, since a page cannot be traced to its site. Comments are not written over the
 * socket; writing here is typing, for users.
 */
final class ThreadkitGatekeeper implements Gatekeeper {
    @Override
    public CompletionStage<Verdict> admit(Session session, RoomId room) {
        return CompletableFuture.completedStage(verdict(session));
    }

    private static Verdict verdict(Session session) {
        if (!session.dialect().equals(ThreadkitDialect.NAME)) return new Verdict.Denied(Problem.FORBIDDEN);
        return new Verdict.Granted(
                session.user() == null ? EnumSet.of(Permission.READ) : EnumSet.of(Permission.READ, Permission.WRITE));
    }
}
