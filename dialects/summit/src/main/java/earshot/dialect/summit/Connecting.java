package earshot.dialect.summit;

import earshot.core.message.UserId;
import earshot.core.telemetry.Metric;
import earshot.dialect.Frame;
import earshot.dialect.Inbox;
import org.jspecify.annotations.Nullable;

/** What becomes of a CONNECT packet, and of a token that is renewed. Without state of its own. */
final class Connecting {
    static final String REFRESH = "auth:refresh";

    private final SummitDialect.Parts parts;

    Connecting(SummitDialect.Parts parts) {
        this.parts = parts;
    }

    /** What was decided. */
    sealed interface Outcome {
        record Welcome(Identity who) implements Outcome {}

        /** For good: the original's client never tries again after a CONNECT_ERROR. */
        record Refused(Frame answer) implements Outcome {}

        /** Not now: the connection ends, and the client tries again by itself. */
        record TryAgain() implements Outcome {}
    }

    /**
     * @param known who this connection is already; null: nobody yet
     * @param header the token of the request that opened the connection
     */
    Outcome decide(Heard.Connect connect, @Nullable Identity known, @Nullable String header) {
        String namespace = connect.namespace();
        if (!parts.namespaces().has(namespace)) return new Outcome.Refused(Packets.invalidNamespace(namespace));
        if (parts.isDraining().getAsBoolean()) return new Outcome.TryAgain();
        Door.Decision decision = parts.door()
                .decide(connect.auth().string("token"), header, connect.auth().string("tenantId"));
        return switch (decision) {
            case Door.Decision.Refused r -> new Outcome.Refused(Packets.connectError(namespace, r.message(), r.code()));
            case Door.Decision.Known k -> decide(namespace, known, k.who());
        };
    }

    private Outcome decide(String namespace, @Nullable Identity known, Identity who) {
        if (known != null && !known.isSameAs(who)) {
            parts.meter().add(Metric.AUTH_FAILURES, 1, SummitDialect.NAME, "other_user");
            return new Outcome.Refused(Packets.connectError(namespace, "Authentication failed", "OTHER_USER"));
        }
        UserId user = who.user().user();
        return parts.limits().connection(who.tenant(), user.id()) ? new Outcome.Welcome(who) : new Outcome.TryAgain();
    }

    NamespaceSocket fresh(String namespace) {
        boolean recovers = parts.config().recovery().enabled();
        return new NamespaceSocket(
                namespace,
                parts.secrets().get(),
                recovers ? parts.secrets().get() + parts.secrets().get() : "");
    }

    void greet(NamespaceSocket socket, Identity who, Inbox inbox) {
        inbox.answer(Packets.connected(socket.namespace, socket.sid, socket.pid));
        Offset offset = socket.hasOffsets() ? Offset.nowhere(parts.clock().millis()) : null;
        inbox.answer(ServerEvents.established(socket.namespace, who.tenant(), who.userId(), socket.sid, offset));
    }

    /** To one that came back: the same names, and no new offset, which would be of no place. */
    void greetAgain(NamespaceSocket socket, Identity who, Inbox inbox) {
        inbox.answer(Packets.connected(socket.namespace, socket.sid, socket.pid));
        inbox.answer(ServerEvents.established(socket.namespace, who.tenant(), who.userId(), socket.sid, null));
        for (String room : socket.lostRooms()) inbox.answer(ServerEvents.roomLeft(socket.namespace, room));
    }

    // ---- a renewed token

    /** @param who null: as before */
    record Refreshed(@Nullable Identity who, byte[] answer) {}

    /** What a connection may do is settled when it begins: a token that says something else needs a new one. */
    Refreshed refresh(@Nullable String token, Identity before) {
        return switch (parts.door().decide(token, null, null)) {
            case Door.Decision.Refused refused -> new Refreshed(null, Acks.failure(refused.code()));
            case Door.Decision.Known known -> {
                Identity who = known.who();
                if (!who.isSameAs(before)) yield new Refreshed(null, Acks.failure("OTHER_USER"));
                if (!who.permissions().equals(before.permissions()))
                    yield new Refreshed(null, Acks.failure("PERMISSIONS_CHANGED"));
                yield new Refreshed(who, Acks.refreshed(who.expiresMillis()));
            }
        };
    }
}
