package earshot.dialect.testkit;

import earshot.core.session.Session;
import earshot.dialect.Admission;
import earshot.dialect.Conversation;
import earshot.dialect.Dialect;
import earshot.dialect.HandshakeRequest;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Who was let in, as the gateway makes it of an admission.
 *
 * @param session as it was at the beginning; nobody's, when it came in unidentified
 */
public record Admitted(Session session, Conversation conversation) {
    /** Fails when the handshake is refused, or not decided within ten seconds. */
    public static Admitted to(Dialect dialect, HandshakeRequest handshake) {
        Admission admission = dialect.admit(handshake)
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
        return switch (admission) {
            case Admission.Accepted a -> {
                Session session = Samples.session(dialect.name(), a.tenant(), a.user(), a.permissions());
                yield new Admitted(session, a.conversation().apply(session));
            }
            case Admission.Unidentified u -> {
                Session session = Samples.session(dialect.name(), "", null, Set.of());
                yield new Admitted(session, u.conversation().apply(session));
            }
            case Admission.Refused r ->
                throw new AssertionError("refused: " + r.response().status());
        };
    }
}
