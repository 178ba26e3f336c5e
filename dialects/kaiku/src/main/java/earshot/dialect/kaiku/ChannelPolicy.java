package earshot.dialect.kaiku;

import earshot.core.message.Problem;
import earshot.core.message.RoomId;
import earshot.core.session.Gatekeeper;
import earshot.core.session.Permission;
import earshot.core.session.Session;
import earshot.dialect.WireUuid;
import java.util.EnumSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Who may be in which room: only clients of this dialect, and only where the product says so; in a meeting every one of them. Thread-safe.
 */
final class ChannelPolicy implements Gatekeeper {
    private static final Verdict HIDDEN = new Verdict.Denied(Problem.FORBIDDEN);
    private static final Verdict READER = new Verdict.Granted(EnumSet.of(Permission.READ));
    private static final Verdict MEMBER = new Verdict.Granted(EnumSet.of(Permission.READ, Permission.WRITE));

    private final KaikuProduct product;

    ChannelPolicy(KaikuProduct product) {
        this.product = product;
    }

    @Override
    public CompletionStage<Verdict> admit(Session session, RoomId room) {
        if (!session.dialect().equals(KaikuDialect.NAME) || session.user() == null) return done(HIDDEN);
        if (room.realm().equals(RoomId.MEETING)) return done(MEMBER);
        UUID user = WireUuid.parse(session.user().user().id());
        if (user == null || !room.realm().equals(KaikuDialect.NAME)) return done(HIDDEN);
        if (room.equals(Places.EVERYBODY)) return done(READER);
        UUID other = Places.behind(Places.USER, room);
        if (other != null) return other.equals(user) ? done(MEMBER) : ofCircle(user, other, true);
        UUID guild = Places.behind(Places.GUILD, room);
        if (guild != null) return ofCircle(user, guild, false);
        UUID channel = WireUuid.parse(room.name());
        return channel == null ? done(new Verdict.Denied(Problem.NOT_FOUND)) : ofChannel(user, channel);
    }

    private CompletionStage<Verdict> ofCircle(UUID user, UUID wanted, boolean isFriend) {
        return product.circle(user)
                .thenApply(circle -> (isFriend ? circle.friends() : circle.guilds()).contains(wanted) ? READER : HIDDEN)
                .exceptionally(_ -> new Verdict.Denied(Problem.UNAVAILABLE));
    }

    private CompletionStage<Verdict> ofChannel(UUID user, UUID channel) {
        return product.access(user, channel)
                .thenApply(ChannelPolicy::verdict)
                .exceptionally(_ -> new Verdict.Denied(Problem.UNAVAILABLE));
    }

    private static Verdict verdict(ChannelAccess access) {
        if (!access.exists()) return new Verdict.Denied(Problem.NOT_FOUND);
        if (!access.may(ChannelAccess.Right.SEE)) return HIDDEN;
        EnumSet<Permission> granted = EnumSet.of(Permission.READ);
        if (access.may(ChannelAccess.Right.WRITE)) granted.add(Permission.WRITE);
        if (access.may(ChannelAccess.Right.MANAGE_MESSAGES)) granted.add(Permission.MODERATE);
        return new Verdict.Granted(granted);
    }

    private static CompletionStage<Verdict> done(Verdict verdict) {
        return CompletableFuture.completedStage(verdict);
    }
}
