package earshot.dialect.graphwiz;

import com.google.protobuf.ByteString;
import earshot.dialect.JsonBytes;
import earshot.dialect.graphwiz.wire.Wire.Message;
import earshot.dialect.graphwiz.wire.Wire.PositionUpdate;
import earshot.dialect.graphwiz.wire.Wire.PresenceData;
import earshot.dialect.graphwiz.wire.Wire.PresenceEvent;
import earshot.dialect.graphwiz.wire.Wire.WorldState;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a message of the schema says, as the original client reads it (protocols/graphwiz.md section 7): zeros are written, since it tests for numbers; all
 * numbers are finite, since messages with others were refused.
 */
final class HubWriter {
    private HubWriter() {}

    /** A whole frame. Null: nothing that this client can hear, such as voice. */
    static byte @Nullable [] frame(int type, Message message) {
        byte[] json = payload(type, message);
        return json == null ? null : HubFrame.bytes(message.getMessageId(), message.getTimestamp(), type, json);
    }

    /** A thing as it is now: with its components as they are, whoever wrote them. */
    static byte[] spawn(Entity entity, Message envelope) {
        HubObject out = object().text("entityId", entity.id).text("templateId", entity.templateId);
        byte[] json = out.json("components", entity.components)
                .text("ownerId", entity.ownerName)
                .done();
        return HubFrame.bytes(envelope.getMessageId(), envelope.getTimestamp(), Types.SPAWN, json);
    }

    /** The JSON alone. */
    static byte @Nullable [] payload(int type, Message message) {
        return switch (message.getPayloadCase()) {
            case POSITION_UPDATE -> position(message.getPositionUpdate(), message.getTimestamp());
            case ENTITY_SPAWN -> spawn(message);
            case ENTITY_UPDATE -> update(message);
            case ENTITY_DESPAWN ->
                object().text("entityId", message.getEntityDespawn().getEntityId())
                        .done();
            case CHAT_MESSAGE -> chat(message);
            case EMOJI_REACTION -> emoji(message);
            case OBJECT_GRAB -> grab(message);
            case OBJECT_RELEASE -> release(message);
            case PRESENCE_EVENT -> presence(type, message.getPresenceEvent());
            case CLIENT_HELLO -> clientHello(message);
            case SERVER_HELLO -> serverHello(message);
            case PLAYER_KICKED, PLAYER_MUTED, ROOM_LOCKED, KICK_PLAYER, MUTE_PLAYER, LOCK_ROOM -> moderation(message);
            case ACK -> acks(message);
            case ERROR -> error(message);
            case CUSTOM -> custom(message.getCustom());
            case VOICE_DATA, PAYLOAD_NOT_SET -> null;
        };
    }

    private static HubObject object() {
        return new HubObject(256);
    }

    private static byte[] position(PositionUpdate p, long timestamp) {
        return object().text("entityId", p.getEntityId())
                .vector("position", p.getPosition())
                .rotation("rotation", p.getRotation(), p.hasRotation())
                .number("sequenceNumber", Integer.toUnsignedLong(p.getSequenceNumber()))
                .number("timestamp", timestamp)
                .done();
    }

    private static byte[] spawn(Message message) {
        var spawn = message.getEntitySpawn();
        return object().text("entityId", spawn.getEntityId())
                .text("templateId", spawn.getTemplateId())
                .components(spawn.getComponentsMap())
                .text("ownerId", spawn.getOwnerId())
                .done();
    }

    private static byte[] update(Message message) {
        var update = message.getEntityUpdate();
        HubObject out = object().text("entityId", update.getEntityId()).open("components");
        update.getComponentsMap().forEach(out::bytes);
        return out.close().done();
    }

    private static byte[] chat(Message message) {
        var chat = message.getChatMessage();
        long at = chat.getTimestamp() > 0 ? chat.getTimestamp() : message.getTimestamp();
        HubObject out = object().text("fromClientId", chat.getFromClientId())
                .text("message", chat.getMessage())
                .number("timestamp", at)
                .number("type", chat.getTypeValue());
        return out.textIfAny("toClientId", chat.getToClientId()).done();
    }

    private static byte[] emoji(Message message) {
        var emoji = message.getEmojiReaction();
        return object().text("fromClientId", emoji.getFromClientId())
                .text("emoji", emoji.getEmoji())
                .vector("position", emoji.getPosition())
                .number("timestamp", emoji.getTimestamp())
                .text("reactionId", emoji.getReactionId())
                .done();
    }

    private static byte[] grab(Message message) {
        var grab = message.getObjectGrab();
        return object().text("entityId", grab.getEntityId())
                .text("clientId", grab.getClientId())
                .vector("position", grab.getPosition())
                .number("timestamp", grab.getTimestamp())
                .done();
    }

    private static byte[] release(Message message) {
        var release = message.getObjectRelease();
        return object().text("entityId", release.getEntityId())
                .text("clientId", release.getClientId())
                .vector("position", release.getPosition())
                .vector("velocity", release.getVelocity())
                .number("timestamp", release.getTimestamp())
                .done();
    }

    /** Both shapes at once: nested for the classes of the original, flat for its app; the host in snake case, where it looks. */
    private static byte[] presence(int type, PresenceEvent event) {
        PresenceData data = event.getData();
        HubObject out = object().text("clientId", event.getClientId()).number("eventType", event.getEventTypeValue());
        out.open("data").presence(data).close().presence(data);
        if (type == Types.JOIN) out.textIfAny("host_client_id", data.getHostClientId());
        return out.done();
    }

    private static byte[] clientHello(Message message) {
        var hello = message.getClientHello();
        return object().text("clientId", hello.getClientId())
                .text("displayName", hello.getDisplayName())
                .text("authToken", "")
                .text("requestedRoom", hello.getRequestedRoom())
                .done();
    }

    private static byte[] serverHello(Message message) {
        var hello = message.getServerHello();
        HubObject out = object().text("serverVersion", hello.getServerVersion())
                .text("assignedClientId", hello.getAssignedClientId())
                .text("roomId", hello.getRoomId());
        if (hello.hasInitialState()) out.name("initialState").world(hello.getInitialState());
        return out.done();
    }

    private static byte @Nullable [] moderation(Message m) {
        return switch (m.getPayloadCase()) {
            case PLAYER_KICKED ->
                object().text("kickedClientId", m.getPlayerKicked().getKickedClientId())
                        .text("kickedByClientId", m.getPlayerKicked().getKickedByClientId())
                        .text("reason", m.getPlayerKicked().getReason())
                        .done();
            case PLAYER_MUTED ->
                object().text("mutedClientId", m.getPlayerMuted().getMutedClientId())
                        .flag("muted", m.getPlayerMuted().getMuted())
                        .text("reason", m.getPlayerMuted().getReason())
                        .done();
            case ROOM_LOCKED ->
                object().flag("locked", m.getRoomLocked().getLocked())
                        .text("lockedByClientId", m.getRoomLocked().getLockedByClientId())
                        .text("reason", m.getRoomLocked().getReason())
                        .done();
            case KICK_PLAYER ->
                object().text("targetClientId", m.getKickPlayer().getTargetClientId())
                        .text("reason", m.getKickPlayer().getReason())
                        .done();
            case MUTE_PLAYER ->
                object().text("targetClientId", m.getMutePlayer().getTargetClientId())
                        .flag("muted", m.getMutePlayer().getMuted())
                        .text("reason", m.getMutePlayer().getReason())
                        .done();
            case LOCK_ROOM ->
                object().flag("locked", m.getLockRoom().getLocked())
                        .text("reason", m.getLockRoom().getReason())
                        .done();
            default -> null;
        };
    }

    private static byte[] acks(Message message) {
        var out = new JsonBytes(64).raw("{\"messageIds\":[");
        String before = "";
        for (String id : message.getAck().getMessageIdsList()) {
            out.raw(before).string(id);
            before = ",";
        }
        return out.raw("]}").done();
    }

    private static byte[] error(Message message) {
        var error = message.getError();
        return object().number("code", error.getCode())
                .text("message", error.getMessage())
                .textIfAny("refMessageId", error.getRefMessageId())
                .done();
    }

    /** A product's own: its JSON object, or what it is in base64. */
    private static byte[] custom(ByteString payload) {
        Map<String, @Nullable Object> json = Json.object(Json.read(payload.toByteArray()));
        return json != null
                ? Json.bytes(json)
                : object().text("data", Base64.getEncoder().encodeToString(payload.toByteArray()))
                        .done();
    }

    /** {@code initial_state} of the text hello. */
    static void world(WorldState world, JsonBytes to) {
        new HubObject(to).world(world);
    }
}
