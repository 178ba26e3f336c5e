package earshot.dialect.summit;

import earshot.core.message.Event;
import earshot.core.message.Message;
import earshot.core.message.PresenceList;
import earshot.core.message.RoomId;
import earshot.dialect.Frame;
import earshot.dialect.JsonBytes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything that the server says by itself, as frames. Without state. */
final class ServerEvents {
    private static final byte[] NOTHING = {};
    private static final int MESSAGE_BYTES = 160;

    private ServerEvents() {}

    // ---- to rooms

    static List<Frame> message(Message m, Variant variant) {
        return message(m, variant.spelling(), variant.offsets() ? offset(m).toString() : "", false);
    }

    static Offset offset(Message m) {
        return Offset.of(m.room(), m.position(), m.timestampMillis());
    }

    /**
     * @param offset the place up to which who hears this has heard the room, and others; empty: it is not said
     * @param replayed true: it is old, and said to one who joins
     */
    static List<Frame> message(Message m, RoomSpelling spelling, String offset, boolean replayed) {
        Payload own = Payload.in(m);
        List<byte[]> attachments = own == null ? List.of() : own.attachments();
        int bytes = own == null ? m.text().length() : own.json().length;
        JsonBytes json = Packets.startEvent(
                RoomSpelling.namespaceOf(m.room()), Packets.NO_ACK, attachments.size(), bytes + MESSAGE_BYTES);
        json.raw("[\"room:message\",{\"id\":").string(m.id());
        json.raw(",\"room\":").string(spelling.of(m.room()));
        json.raw(",\"from\":").string(Identity.shown(m.author().user()));
        payload(json, m, own);
        json.raw(",\"timestamp\":").number(m.timestampMillis());
        if (replayed) json.raw(",\"replayed\":true");
        json.raw('}');
        if (!offset.isEmpty()) json.raw(after(offset));
        return Packets.message(json.raw(']'), attachments);
    }

    private static void payload(JsonBytes json, Message m, @Nullable Payload own) {
        if (own == null) {
            json.raw(",\"payload\":{\"text\":").string(m.text());
            json.raw(",\"username\":").string(m.author().name());
            if (m.html() != null) json.raw(",\"html\":").string(m.html());
            if (m.replyTo() != null) json.raw(",\"replyTo\":").string(m.replyTo());
            json.raw('}');
        } else if (own.json().length > 0) {
            json.raw(",\"payload\":").raw(own.json());
        }
    }

    /**
     * An event of a product's own: {@code "name",argument,…} as JSON; nothing when it is not that. A text at its end would be taken for an offset by clients
     * that were given any, unless an ack is wanted.
     *
     * @param args UTF-8
     */
    static List<Frame> emitted(String namespace, long ackId, byte[] args) {
        byte[] array =
                new JsonBytes(args.length + 2).raw('[').raw(args).raw(']').done();
        JsonReader.Arguments read = JsonReader.arguments(array, 0);
        if (read == null || read.values().isEmpty() || read.values().get(0).text() == null) return List.of();
        JsonBytes json =
                Packets.start('2', namespace, ackId, args.length + 8).raw('[').raw(args);
        if (ackId == Packets.NO_ACK
                && read.values().size() > 1
                && read.values().getLast().is(Slice.Kind.STRING)) json.raw(",null");
        return List.of(Frame.text(json.raw(']').done()));
    }

    static Frame joined(Event.UserJoined j, RoomSpelling spelling) {
        JsonBytes json = ofRoom("presence:join", j.room(), spelling, 200).raw(",\"user\":");
        PresenceJson.joined(json, j);
        return Frame.text(json.raw("}]").done());
    }

    static Frame left(Event.UserLeft l, RoomSpelling spelling) {
        JsonBytes json = ofRoom("presence:leave", l.room(), spelling, 100).raw(",\"userId\":");
        return Frame.text(json.string(Identity.shown(l.user().user())).raw("}]").done());
    }

    static Frame presence(RoomId room, PresenceList presence, RoomSpelling spelling, long nowMillis) {
        byte[] list = PresenceJson.list(presence, nowMillis);
        JsonBytes json =
                ofRoom("presence:update", room, spelling, list.length + 100).raw(",\"presence\":");
        return Frame.text(json.raw(list).raw("}]").done());
    }

    private static JsonBytes ofRoom(String event, RoomId room, RoomSpelling spelling, int expectedBytes) {
        return Packets.start('2', RoomSpelling.namespaceOf(room), Packets.NO_ACK, expectedBytes)
                .raw("[\"")
                .raw(event)
                .raw("\",{\"room\":")
                .string(spelling.of(room));
    }

    // ---- to one

    /** @param offset null: this client gets none */
    static Frame established(String namespace, String tenant, String user, String sid, @Nullable Offset offset) {
        JsonBytes json = new JsonBytes(160);
        json.raw("{\"connectionId\":").string(tenant + ":" + user + ":" + sid);
        json.raw(",\"tenantId\":").string(tenant).raw('}');
        return Packets.event(namespace, "connection:established", json.done(), after(offset));
    }

    /** @param metadata as it came with the join; empty: none did */
    static Frame roomJoined(String namespace, String room, String metadata, @Nullable Offset offset) {
        JsonBytes json = new JsonBytes(64 + metadata.length()).raw("{\"room\":").string(room);
        if (!metadata.isEmpty()) json.raw(",\"metadata\":").raw(metadata.getBytes(StandardCharsets.UTF_8));
        return Packets.event(namespace, "room:joined", json.raw('}').done(), after(offset));
    }

    static Frame roomLeft(String namespace, String room) {
        JsonBytes json = new JsonBytes(64).raw("{\"room\":").string(room).raw('}');
        return Packets.event(namespace, "room:left", json.done(), NOTHING);
    }

    static Frame error(String namespace, ErrorCode code) {
        JsonBytes json = new JsonBytes(96).raw("{\"code\":").string(code.name());
        json.raw(",\"message\":").string(code.message()).raw('}');
        return Packets.event(namespace, "system:error", json.done(), NOTHING);
    }

    /** Of ours: whether what all nodes share answers. Clients of the original have no listener for it, so they pass it over. */
    static Frame service(String namespace, boolean available) {
        JsonBytes json =
                new JsonBytes(32).raw("{\"available\":").bool(available).raw('}');
        return Packets.event(namespace, "system:service", json.done(), NOTHING);
    }

    static Frame restart(String namespace, long reconnectInMillis) {
        JsonBytes json = new JsonBytes(80).raw("{\"reason\":\"Server shutting down\",\"reconnectIn\":");
        return Packets.event(
                namespace,
                "system:restart",
                json.number(reconnectInMillis).raw('}').done(),
                NOTHING);
    }

    /** What follows the argument. */
    private static byte[] after(@Nullable Offset offset) {
        return offset == null ? NOTHING : after(offset.toString());
    }

    private static byte[] after(String offset) {
        return (",\"" + offset + "\"").getBytes(StandardCharsets.US_ASCII);
    }
}
