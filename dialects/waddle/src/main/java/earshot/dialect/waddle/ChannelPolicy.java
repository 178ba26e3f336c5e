package earshot.dialect.waddle;

import earshot.core.message.Problem;
import earshot.core.message.RoomId;
import earshot.core.session.Gatekeeper;
import earshot.core.session.Permission;
import earshot.core.session.Session;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Who may do what in a channel, by what the token says. Thread-safe. */
final class ChannelPolicy implements Gatekeeper {
    /** Before a channel's id among a session's permissions: the token names that channel. */
    static final String CHANNEL = "channel:";

    static final String READ = "read";
    static final String WRITE = "write";
    static final String MODERATE = "moderate";

    private final WaddleConfig.Access access;

    ChannelPolicy(WaddleConfig.Access access) {
        this.access = access;
    }

    @Override
    public CompletionStage<Verdict> admit(Session session, RoomId room) {
        return CompletableFuture.completedStage(verdict(session, room));
    }

    private Verdict verdict(Session session, RoomId room) {
        if (!session.dialect().equals(WaddleDialect.NAME) || !mayRead(session.permissions(), room)) {
            return new Verdict.Denied(Problem.FORBIDDEN);
        }
        EnumSet<Permission> granted = EnumSet.of(Permission.READ);
        if (session.permissions().contains(WRITE)) granted.add(Permission.WRITE);
        if (session.permissions().contains(MODERATE)) granted.add(Permission.MODERATE);
        return new Verdict.Granted(granted);
    }

    private boolean mayRead(Set<String> permissions, RoomId room) {
        return switch (access) {
            case ANYONE -> true;
            case READERS -> permissions.contains(READ);
            case LISTED ->
                permissions.contains(READ)
                        && (permissions.contains(CHANNEL + room.name()) || permissions.contains(CHANNEL + "*"));
        };
    }
}
