package earshot.dialect.graphwiz;

import earshot.core.message.Audience;
import earshot.core.message.CloseReason;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.session.Session;
import earshot.dialect.graphwiz.wire.Wire.Message;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Moderation of one room, and whispers: what a client asks of the room, and the room decides (protocols/graphwiz.md section 10). Who asks is known by its
 * session, never by what the message says. What is decided is told to the room on all nodes, and takes effect where it is heard. Confined to the room's loop,
 * but for {@link #isLocked}.
 */
final class Order {
    private static final int MAX_MUTED = 1000;

    private final RoomId room;
    private final Cast cast;
    private final Sharing sharing;
    private final Worlds.Parts parts;
    private final Complaints complaints;
    private final Set<String> muted = new LinkedHashSet<>(0);
    private volatile boolean locked;

    /** Where a client is told that what it asked for is not done. */
    @FunctionalInterface
    interface Complaints {
        void error(Packet about, int code, String text);
    }

    Order(RoomId room, Cast cast, Sharing sharing, Worlds.Parts parts, Complaints complaints) {
        this.room = room;
        this.cast = cast;
        this.sharing = sharing;
        this.parts = parts;
        this.complaints = complaints;
    }

    boolean isLocked() {
        return locked;
    }

    boolean isMuted(String clientId) {
        return muted.contains(clientId);
    }

    /** The lock goes with the room; who is muted stays so. */
    void close() {
        locked = false;
    }

    // --- asked

    boolean isRequest(int type) {
        return type == Types.KICK || type == Types.MUTE || type == Types.LOCK || type == Types.CHAT;
    }

    void onRequest(int type, Packet packet, SessionId asking) {
        Member by = cast.find(packet.sender());
        Session session = by == null ? null : by.sessions.get(asking);
        Message message = Words.read(packet);
        if (by == null || session == null || message == null) return;
        if (type == Types.CHAT) {
            whisper(packet, message);
            return;
        }
        var actor = new Actor(by.clientId(), isHost(by), session.permissions());
        String refusal = decide(type, message, actor);
        if (refusal != null) complaints.error(packet, refusal.equals(UNKNOWN) ? 404 : 403, refusal);
    }

    private boolean isHost(Member member) {
        return member.clientId().equals(cast.host());
    }

    /** @param label as who it is said to have been done */
    record Actor(String label, boolean isHost, Set<String> permissions) {
        boolean mayModerate() {
            return isHost || Roles.isModerator(permissions);
        }
    }

    static final String UNKNOWN = "No such client in this room";
    static final String NOT_ALLOWED = "Only the host, moderators and admins may do this";

    /** Null: it is done; else why not. */
    @Nullable
    String decide(int type, Message message, Actor actor) {
        if (!actor.mayModerate()) return NOT_ALLOWED;
        if (type == Types.LOCK) {
            var lock = message.getLockRoom();
            announce(Types.LOCKED, parts.notices().locked(lock.getLocked(), actor.label(), lock.getReason()));
            sharing.share(new Shared.Piece.Locked(lock.getLocked()));
            return null;
        }
        String target = type == Types.KICK
                ? message.getKickPlayer().getTargetClientId()
                : message.getMutePlayer().getTargetClientId();
        Member member = cast.find(target);
        if (member == null || member.isForeign) return UNKNOWN;
        if (type == Types.MUTE) {
            var mute = message.getMutePlayer();
            announce(Types.MUTED, parts.notices().muted(target, mute.getMuted(), mute.getReason()));
            sharing.share(new Shared.Piece.Muted(target, mute.getMuted()));
            return null;
        }
        if (isHost(member) && !Roles.isAdmin(actor.permissions())) return "Nobody but an admin may kick the host";
        announce(
                Types.KICKED,
                parts.notices()
                        .kicked(target, actor.label(), message.getKickPlayer().getReason()));
        sharing.share(new Shared.Piece.Banned(member.identity));
        return null;
    }

    private void announce(int type, Message decided) {
        var packet = Packet.ofServer(decided.getMessageId(), decided.getTimestamp(), decided.toByteArray());
        sharing.tell(type, packet, Audience.ALL);
    }

    private void whisper(Packet packet, Message message) {
        Member to = cast.find(message.getChatMessage().getToClientId());
        if (to == null || to.isForeign) complaints.error(packet, 404, UNKNOWN);
        else sharing.tell(Types.CHAT, packet, new Audience.OneUser(to.user));
    }

    // --- decided, here or on another node

    void onDecided(int type, Packet packet) {
        Message message = packet.sender().isEmpty() ? Words.read(packet) : null;
        if (message == null) return;
        if (type == Types.KICKED) onKicked(message.getPlayerKicked().getKickedClientId());
        else if (type == Types.LOCKED) lock(message.getRoomLocked().getLocked());
        else
            mute(
                    message.getPlayerMuted().getMutedClientId(),
                    message.getPlayerMuted().getMuted());
    }

    void lock(boolean wanted) {
        locked = wanted;
    }

    void mute(String clientId, boolean wanted) {
        if (!wanted) {
            muted.remove(clientId);
            return;
        }
        muted.add(clientId);
        if (muted.size() > MAX_MUTED) muted.remove(muted.iterator().next());
    }

    private void onKicked(String clientId) {
        Member member = cast.find(clientId);
        if (member == null) return;
        parts.bans().add(room, member.identity);
        for (Session session : List.copyOf(member.sessions.values()))
            parts.connections().close(session, CloseReason.KICKED);
    }
}
