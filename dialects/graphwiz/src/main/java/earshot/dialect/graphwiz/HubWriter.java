package earshot.dialect.graphwiz;

import com.google.protobuf.ByteString;
import earshot.dialect.JsonBytes;
import earshot.dialect.graphwiz.wire.Wire.AvatarConfig;
import earshot.dialect.graphwiz.wire.Wire.EntitySnapshot;
import earshot.dialect.graphwiz.wire.Wire.Message;
import earshot.dialect.graphwiz.wire.Wire.PlayerSnapshot;
import earshot.dialect.graphwiz.wire.Wire.PositionUpdate;
import earshot.dialect.graphwiz.wire.Wire.PresenceData;
import earshot.dialect.graphwiz.wire.Wire.PresenceEvent;
import earshot.dialect.graphwiz.wire.Wire.Quaternion;
import earshot.dialect.graphwiz.wire.Wire.Vector3;
import earshot.dialect.graphwiz.wire.Wire.WorldState;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
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
        Out out = object().text("entityId", entity.id).text("templateId", entity.templateId);
        Json.write(entity.components, out.name("components").json);
        byte[] json = out.text("ownerId", entity.ownerName).done();
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

    private static Out object() {
        return new Out(256);
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
        Out out = object().text("entityId", update.getEntityId()).open("components");
        update.getComponentsMap().forEach(out::bytes);
        return out.close().done();
    }

    private static byte[] chat(Message message) {
        var chat = message.getChatMessage();
        long at = chat.getTimestamp() > 0 ? chat.getTimestamp() : message.getTimestamp();
        Out out = object().text("fromClientId", chat.getFromClientId())
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
        Out out = object().text("clientId", event.getClientId()).number("eventType", event.getEventTypeValue());
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
        Out out = object().text("serverVersion", hello.getServerVersion())
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
        new Out(to).world(world);
    }

    /** An object that is being written. */
    private static final class Out {
        private final JsonBytes json;
        private boolean first = true;

        Out(int size) {
            this(new JsonBytes(size));
            json.raw('{');
        }

        private Out(JsonBytes json) {
            this.json = json;
        }

        Out name(String name) {
            if (!first) json.raw(',');
            first = false;
            json.string(name).raw(':');
            return this;
        }

        Out text(String name, String value) {
            name(name).json.string(value);
            return this;
        }

        Out textIfAny(String name, String value) {
            return value.isEmpty() ? this : text(name, value);
        }

        Out number(String name, long value) {
            name(name).json.number(value);
            return this;
        }

        Out flag(String name, boolean value) {
            name(name).json.bool(value);
            return this;
        }

        Out open(String name) {
            name(name).json.raw('{');
            first = true;
            return this;
        }

        Out close() {
            json.raw('}');
            first = false;
            return this;
        }

        Out vector(String name, Vector3 v) {
            return open(name)
                    .real("x", v.getX())
                    .real("y", v.getY())
                    .real("z", v.getZ())
                    .close();
        }

        /** Who says nothing of it is upright. */
        Out rotation(String name, Quaternion q, boolean given) {
            return open(name)
                    .real("x", q.getX())
                    .real("y", q.getY())
                    .real("z", q.getZ())
                    .real("w", given ? q.getW() : 1)
                    .close();
        }

        private Out real(String name, float value) {
            String text = Float.toString(value);
            name(name).json.raw(text.endsWith(".0") ? text.substring(0, text.length() - 2) : text);
            return this;
        }

        /** What looks like JSON of an object or list is that. */
        Out components(Map<String, String> components) {
            open("components");
            components.forEach((name, value) -> {
                boolean structured = value.startsWith("{") || value.startsWith("[");
                Object parsed = structured ? Json.read(value.getBytes(StandardCharsets.UTF_8)) : null;
                Json.write(parsed == null ? value : parsed, name(name).json);
            });
            return close();
        }

        /** JSON as that, anything else in base64. */
        void bytes(String name, ByteString value) {
            byte[] bytes = value.toByteArray();
            Object parsed = isUtf8(bytes) ? Json.read(bytes) : null;
            boolean isNull = value.size() == 4 && value.toStringUtf8().equals("null");
            Json.write(parsed == null && !isNull ? Base64.getEncoder().encodeToString(bytes) : parsed, name(name).json);
        }

        private static boolean isUtf8(byte[] bytes) {
            try {
                var _ = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
                return true;
            } catch (CharacterCodingException notUtf8) {
                return false;
            }
        }

        Out presence(PresenceData data) {
            textIfAny("displayName", data.getDisplayName());
            textIfAny("avatarUrl", data.getAvatarUrl());
            if (data.hasPosition()) vector("position", data.getPosition());
            if (data.hasRotation()) rotation("rotation", data.getRotation(), true);
            if (data.hasAvatarConfig()) avatar(data.getAvatarConfig());
            return textIfAny("hostClientId", data.getHostClientId());
        }

        private void avatar(AvatarConfig avatar) {
            open("avatarConfig")
                    .text("bodyType", avatar.getBodyType())
                    .text("primaryColor", avatar.getPrimaryColor())
                    .text("secondaryColor", avatar.getSecondaryColor())
                    .real("height", avatar.getHeight())
                    .textIfAny("customModelUrl", avatar.getCustomModelUrl())
                    .close();
        }

        void world(WorldState world) {
            json.raw("{\"entities\":[");
            String before = "";
            for (EntitySnapshot entity : world.getEntitiesList()) {
                json.raw(before);
                entity(entity);
                before = ",";
            }
            json.raw("],\"players\":[");
            before = "";
            for (PlayerSnapshot player : world.getPlayersList()) {
                json.raw(before);
                player(player);
                before = ",";
            }
            json.raw("],\"lastUpdate\":").number(world.getLastUpdate()).raw('}');
            first = false;
        }

        private void entity(EntitySnapshot e) {
            json.raw('{');
            first = true;
            text("id", e.getId())
                    .text("templateId", e.getTemplateId())
                    .vector("position", e.getPosition())
                    .rotation("rotation", e.getRotation(), e.hasRotation())
                    .components(e.getComponentsMap())
                    .close();
        }

        private void player(PlayerSnapshot p) {
            json.raw('{');
            first = true;
            text("clientId", p.getClientId())
                    .text("displayName", p.getDisplayName())
                    .text("avatarUrl", p.getAvatarUrl())
                    .vector("position", p.getPosition())
                    .rotation("rotation", p.getRotation(), p.hasRotation());
            if (p.hasAvatarConfig()) avatar(p.getAvatarConfig());
            close();
        }

        byte[] done() {
            return json.raw('}').done();
        }
    }
}
