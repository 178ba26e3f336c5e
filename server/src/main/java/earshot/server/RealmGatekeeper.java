package earshot.server;

import earshot.core.message.Problem;
import earshot.core.message.RoomId;
import earshot.core.room.Meetings;
import earshot.core.session.Gatekeeper;
import earshot.core.session.Permission;
import earshot.core.session.Session;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Asks the policy of the room's realm, whoever wants to join (DESIGN 2). A meeting's policy is that each of its dialects lets in its own sessions as
 * into rooms of its own, for reading and writing; nobody moderates by a token of one dialect what others said. Thread-safe.
 */
final class RealmGatekeeper implements Gatekeeper {
    private final Meetings meetings;
    private final Map<String, Gatekeeper> byRealm;

    RealmGatekeeper(Meetings meetings, Map<String, Gatekeeper> byRealm) {
        this.meetings = meetings;
        this.byRealm = Map.copyOf(byRealm);
    }

    @Override
    public CompletionStage<Verdict> admit(Session session, RoomId room) {
        boolean isMeeting = room.realm().equals(RoomId.MEETING);
        if (isMeeting && !meetings.dialects(room).contains(session.dialect())) return denied();
        Gatekeeper policy = byRealm.get(isMeeting ? session.dialect() : room.realm());
        if (policy == null) return denied();
        CompletionStage<Verdict> verdict = policy.admit(session, room);
        return isMeeting ? verdict.thenApply(v -> atMeeting(session, v)) : verdict;
    }

    private static Verdict atMeeting(Session session, Verdict verdict) {
        if (!(verdict instanceof Verdict.Granted granted)) return verdict;
        Set<Permission> allowed = EnumSet.copyOf(granted.permissions());
        allowed.remove(Permission.MODERATE);
        if (session.user() == null) allowed.remove(Permission.WRITE);
        return allowed.isEmpty() ? new Verdict.Denied(Problem.FORBIDDEN) : new Verdict.Granted(allowed);
    }

    private static CompletionStage<Verdict> denied() {
        return CompletableFuture.completedStage(new Verdict.Denied(Problem.FORBIDDEN));
    }
}
