package earshot.dialect.graphwiz;

import com.google.protobuf.ByteString;
import earshot.dialect.graphwiz.wire.Wire.AvatarConfig;
import earshot.dialect.graphwiz.wire.Wire.ChatMessage;
import earshot.dialect.graphwiz.wire.Wire.ChatMessageType;
import earshot.dialect.graphwiz.wire.Wire.ClientHello;
import earshot.dialect.graphwiz.wire.Wire.EmojiReaction;
import earshot.dialect.graphwiz.wire.Wire.EntitySpawn;
import earshot.dialect.graphwiz.wire.Wire.EntityUpdate;
import earshot.dialect.graphwiz.wire.Wire.KickPlayer;
import earshot.dialect.graphwiz.wire.Wire.LockRoom;
import earshot.dialect.graphwiz.wire.Wire.Message;
import earshot.dialect.graphwiz.wire.Wire.MutePlayer;
import earshot.dialect.graphwiz.wire.Wire.ObjectGrab;
import earshot.dialect.graphwiz.wire.Wire.ObjectRelease;
import earshot.dialect.graphwiz.wire.Wire.PositionUpdate;
import earshot.dialect.graphwiz.wire.Wire.PresenceData;
import earshot.dialect.graphwiz.wire.Wire.PresenceEvent;
import earshot.dialect.graphwiz.wire.Wire.PresenceEventType;
import earshot.dialect.graphwiz.wire.Wire.Quaternion;
import earshot.dialect.graphwiz.wire.Wire.Vector3;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the JSON of a hub frame says, in the words of the schema (protocols/graphwiz.md section 7). Keys are the names of the schema in lowerCamelCase. */
final class HubReader {
    private HubReader() {}

    /** Throws {@link IllegalArgumentException} when a value is nothing that the schema can say. A type that the schema does not have says nothing. */
    static void read(int type, Map<String, @Nullable Object> json, Message.Builder into) {
        if (type == Types.CLIENT_HELLO) into.setClientHello(hello(json));
        else if (type == Types.POSITION) into.setPositionUpdate(position(json));
        else if (type == Types.SPAWN) into.setEntitySpawn(spawn(json));
        else if (type == Types.UPDATE) into.setEntityUpdate(update(json));
        else if (type == Types.DESPAWN) into.getEntityDespawnBuilder().setEntityId(text(json, "entityId"));
        else if (type == Types.CHAT) into.setChatMessage(chat(json));
        else if (type == Types.EMOJI) into.setEmojiReaction(emoji(json));
        else if (type == Types.GRAB) into.setObjectGrab(grab(json));
        else if (type == Types.RELEASE) into.setObjectRelease(release(json));
        else if (type >= Types.JOIN && type <= Types.PRESENCE) into.setPresenceEvent(presence(json));
        else if (type == Types.KICK) into.setKickPlayer(kick(json));
        else if (type == Types.MUTE) into.setMutePlayer(mute(json));
        else if (type == Types.LOCK)
            into.setLockRoom(
                    LockRoom.newBuilder().setLocked(flag(json, "locked")).setReason(text(json, "reason")));
        else if (type == Types.ACK) into.getAckBuilder().addAllMessageIds(texts(json.get("messageIds")));
        else if (Types.isCustom(type)) into.setCustom(ByteString.copyFrom(Json.bytes(json)));
    }

    private static ClientHello.Builder hello(Map<String, @Nullable Object> json) {
        return ClientHello.newBuilder()
                .setClientId(text(json, "clientId"))
                .setDisplayName(text(json, "displayName"))
                .setAuthToken(text(json, "authToken"))
                .setRequestedRoom(text(json, "requestedRoom"));
    }

    private static PositionUpdate.Builder position(Map<String, @Nullable Object> json) {
        var update = PositionUpdate.newBuilder()
                .setEntityId(text(json, "entityId"))
                .setSequenceNumber((int) whole(json.get("sequenceNumber")));
        Vector3 position = vector(json.get("position"));
        Quaternion rotation = quaternion(json.get("rotation"));
        if (position != null) update.setPosition(position);
        if (rotation != null) update.setRotation(rotation);
        return update;
    }

    private static EntitySpawn.Builder spawn(Map<String, @Nullable Object> json) {
        var spawn = EntitySpawn.newBuilder()
                .setEntityId(text(json, "entityId"))
                .setTemplateId(text(json, "templateId"))
                .setOwnerId(text(json, "ownerId"));
        Map<String, @Nullable Object> components = Json.object(json.get("components"));
        if (components != null) components.forEach((name, value) -> spawn.putComponents(name, asText(value)));
        return spawn;
    }

    /** Strings as they are, anything else as compact JSON. */
    private static String asText(@Nullable Object value) {
        return value instanceof String s ? s : Json.text(value);
    }

    private static EntityUpdate.Builder update(Map<String, @Nullable Object> json) {
        var update = EntityUpdate.newBuilder().setEntityId(text(json, "entityId"));
        Map<String, @Nullable Object> components = Json.object(json.get("components"));
        if (components != null)
            components.forEach((name, value) -> update.putComponents(name, ByteString.copyFrom(Json.bytes(value))));
        return update;
    }

    private static ChatMessage.Builder chat(Map<String, @Nullable Object> json) {
        return ChatMessage.newBuilder()
                .setFromClientId(text(json, "fromClientId"))
                .setMessage(text(json, "message"))
                .setTimestamp(whole(json.get("timestamp")))
                .setTypeValue((int) whole(json.get("type")))
                .setToClientId(text(json, "toClientId"));
    }

    /** What text clients say: {@code text} or {@code message}. Null: no chat. */
    static ChatMessage.@Nullable Builder textChat(Map<String, @Nullable Object> json) {
        Object said = json.get("text") instanceof String s ? s : json.get("message");
        if (!(said instanceof String message) || !"CHAT_MESSAGE".equals(json.get("type"))) return null;
        String to = json.get("to_client_id") instanceof String id ? id : text(json, "toClientId");
        var chat = ChatMessage.newBuilder().setMessage(message).setToClientId(to);
        return to.isEmpty() ? chat : chat.setType(ChatMessageType.WHISPER);
    }

    private static EmojiReaction.Builder emoji(Map<String, @Nullable Object> json) {
        var emoji = EmojiReaction.newBuilder()
                .setFromClientId(text(json, "fromClientId"))
                .setEmoji(text(json, "emoji"))
                .setTimestamp(whole(json.get("timestamp")))
                .setReactionId(text(json, "reactionId"));
        Vector3 position = vector(json.get("position"));
        if (position != null) emoji.setPosition(position);
        return emoji;
    }

    private static ObjectGrab.Builder grab(Map<String, @Nullable Object> json) {
        var grab = ObjectGrab.newBuilder()
                .setEntityId(text(json, "entityId"))
                .setClientId(text(json, "clientId"))
                .setTimestamp(whole(json.get("timestamp")));
        Vector3 position = vector(json.get("position"));
        if (position != null) grab.setPosition(position);
        return grab;
    }

    private static ObjectRelease.Builder release(Map<String, @Nullable Object> json) {
        var release = ObjectRelease.newBuilder()
                .setEntityId(text(json, "entityId"))
                .setClientId(text(json, "clientId"))
                .setTimestamp(whole(json.get("timestamp")));
        Vector3 position = vector(json.get("position"));
        Vector3 velocity = vector(json.get("velocity"));
        if (position != null) release.setPosition(position);
        if (velocity != null) release.setVelocity(velocity);
        return release;
    }

    /** The app's own update is flat; what is nested comes first. */
    private static PresenceEvent.Builder presence(Map<String, @Nullable Object> json) {
        var data = PresenceData.newBuilder();
        presence(json, data);
        Map<String, @Nullable Object> nested = Json.object(json.get("data"));
        if (nested != null) presence(nested, data);
        return PresenceEvent.newBuilder()
                .setClientId(text(json, "clientId"))
                .setEventType(PresenceEventType.UPDATE)
                .setData(data);
    }

    private static void presence(Map<String, @Nullable Object> json, PresenceData.Builder into) {
        String name = text(json, "displayName");
        String avatar = text(json, "avatarUrl");
        if (!name.isEmpty()) into.setDisplayName(name);
        if (!avatar.isEmpty()) into.setAvatarUrl(avatar);
        Vector3 position = vector(json.get("position"));
        Quaternion rotation = quaternion(json.get("rotation"));
        if (position != null) into.setPosition(position);
        if (rotation != null) into.setRotation(rotation);
        Map<String, @Nullable Object> config = Json.object(json.get("avatarConfig"));
        if (config != null) into.setAvatarConfig(avatar(config));
    }

    private static AvatarConfig.Builder avatar(Map<String, @Nullable Object> json) {
        return AvatarConfig.newBuilder()
                .setBodyType(text(json, "bodyType"))
                .setPrimaryColor(text(json, "primaryColor"))
                .setSecondaryColor(text(json, "secondaryColor"))
                .setHeight(number(json.get("height")))
                .setCustomModelUrl(text(json, "customModelUrl"));
    }

    private static KickPlayer.Builder kick(Map<String, @Nullable Object> json) {
        return KickPlayer.newBuilder()
                .setTargetClientId(text(json, "targetClientId"))
                .setReason(text(json, "reason"));
    }

    private static MutePlayer.Builder mute(Map<String, @Nullable Object> json) {
        return MutePlayer.newBuilder()
                .setTargetClientId(text(json, "targetClientId"))
                .setMuted(flag(json, "muted"))
                .setReason(text(json, "reason"));
    }

    // --- values

    /** A member that is a string; else empty. */
    static String text(Map<String, @Nullable Object> json, String name) {
        return json.get(name) instanceof String s ? s : "";
    }

    static boolean flag(Map<String, @Nullable Object> json, String name) {
        return Boolean.TRUE.equals(json.get(name));
    }

    static List<String> texts(@Nullable Object value) {
        if (!(value instanceof List<?> list)) return List.of();
        return list.stream()
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .toList();
    }

    private static long whole(@Nullable Object value) {
        return value instanceof Json.Num n ? (long) n.value() : 0;
    }

    private static @Nullable Vector3 vector(@Nullable Object value) {
        Map<String, @Nullable Object> json = Json.object(value);
        if (json == null) return null;
        return Vector3.newBuilder()
                .setX(number(json.get("x")))
                .setY(number(json.get("y")))
                .setZ(number(json.get("z")))
                .build();
    }

    private static @Nullable Quaternion quaternion(@Nullable Object value) {
        Map<String, @Nullable Object> json = Json.object(value);
        if (json == null) return null;
        return Quaternion.newBuilder()
                .setX(number(json.get("x")))
                .setY(number(json.get("y")))
                .setZ(number(json.get("z")))
                .setW(number(json.get("w")))
                .build();
    }

    /** What is too great for 32 bits is infinite, and refused later. */
    private static float number(@Nullable Object value) {
        return value instanceof Json.Num n ? Float.parseFloat(n.text()) : 0;
    }

    /** Members in a new map, for who changes one of them. */
    static Map<String, @Nullable Object> copy(Map<String, @Nullable Object> json) {
        return new LinkedHashMap<>(json);
    }
}
