package earshot.dialect.graphwiz;

import earshot.core.message.Audience;
import earshot.core.message.Event;
import earshot.core.message.Lane;
import earshot.core.message.RoomId;
import earshot.core.session.Session;

/** Tells the same room on other nodes what this one has decided or come to hold, where there are others. Any thread. */
final class Sharing {
    private static final byte[] NOTHING = {};

    private final RoomId room;
    private final Worlds.Parts parts;

    Sharing(RoomId room, Worlds.Parts parts) {
        this.room = room;
        this.parts = parts;
    }

    boolean isShared() {
        return parts.isShared();
    }

    /** For nodes that come to this room later. */
    void share(Shared.Piece piece) {
        if (!parts.isShared()) return;
        var packet = new Packet(Framing.PROTOBUF, "", own(), 0, 0, Shared.bytes(piece));
        var event = new Event.Relayed(
                room, GraphwizDialect.NAME, Lane.LATEST, Shared.key(piece), Kinds.STATE, packet.bytes());
        parts.line().relay(event, Audience.ALL);
    }

    /** Whether this node said it: it holds that already, or something newer. */
    boolean isOwn(Packet packet) {
        return packet.messageId().equals(own());
    }

    private String own() {
        return Long.toString(parts.incarnation());
    }

    /** The client is here now: its older connections to other nodes end. */
    void claim(Session session, String clientId) {
        if (!parts.isShared()) return;
        var packet = new Packet(Framing.PROTOBUF, clientId, session.id().toString(), 0, 0, NOTHING);
        tell(Kinds.TAKEN_OVER, packet, Audience.ALL);
    }

    /** To the room on all nodes, this one included. */
    void tell(int type, Packet packet, Audience to) {
        var event = new Event.Relayed(room, GraphwizDialect.NAME, Lane.SURE, null, type, packet.bytes());
        parts.line().relay(event, to);
    }
}
