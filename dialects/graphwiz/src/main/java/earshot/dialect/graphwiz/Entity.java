package earshot.dialect.graphwiz;

import com.google.protobuf.ByteString;
import earshot.dialect.graphwiz.wire.Wire.Message;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A thing in a room, as it is now. Components are JSON: what protobuf clients spell as text or bytes, and hub clients as JSON, is one value here. Confined to
 * the room's loop.
 */
final class Entity {
    final String id;
    final String templateId;
    /** As the client that spawned it says: a user's id in the original. */
    final String ownerName;
    /** The client that did. */
    final String ownerClient;

    final Map<String, @Nullable Object> components = new LinkedHashMap<>();
    private int weight;

    Entity(String id, String templateId, String ownerName, String ownerClient) {
        this.id = id;
        this.templateId = templateId;
        this.ownerName = ownerName;
        this.ownerClient = ownerClient;
    }

    /** About how many bytes it takes. */
    int weight() {
        return weight;
    }

    /** As another node has it. */
    static Entity of(
            String id,
            String templateId,
            String ownerName,
            String ownerClient,
            Map<String, @Nullable Object> components) {
        var entity = new Entity(id, templateId, ownerName, ownerClient);
        entity.components.putAll(components);
        entity.weigh();
        return entity;
    }

    /** As it was spawned. */
    static Entity of(Packet packet, Message message) {
        var spawn = message.getEntitySpawn();
        var entity = new Entity(spawn.getEntityId(), spawn.getTemplateId(), spawn.getOwnerId(), packet.sender());
        Map<String, @Nullable Object> json = hubComponents(packet);
        if (json != null) entity.components.putAll(json);
        else spawn.getComponentsMap().forEach((name, text) -> entity.components.put(name, ofText(text)));
        entity.weigh();
        return entity;
    }

    /** The same, changed; this one stays as it is. */
    Entity updated(Packet packet, Message message) {
        var changed = new Entity(id, templateId, ownerName, ownerClient);
        changed.components.putAll(components);
        Map<String, @Nullable Object> json = hubComponents(packet);
        if (json != null) changed.components.putAll(json);
        else
            message.getEntityUpdate()
                    .getComponentsMap()
                    .forEach((name, bytes) -> changed.components.put(name, ofBytes(bytes)));
        changed.weigh();
        return changed;
    }

    private void weigh() {
        weight = 200 + id.length() + templateId.length() + ownerName.length() + Json.bytes(components).length;
    }

    /** As hub clients wrote them; null: the message is none of theirs. */
    private static @Nullable Map<String, @Nullable Object> hubComponents(Packet packet) {
        if (packet.framing() != Framing.HUB) return null;
        HubFrame head = HubFrame.of(packet.raw());
        if (head == null) return null;
        int from = head.payloadAt();
        Map<String, @Nullable Object> json = Json.object(Json.read(packet.raw(), from, packet.raw().length - from));
        Map<String, @Nullable Object> components = json == null ? null : Json.object(json.get("components"));
        return components == null ? Map.of() : components;
    }

    /** Text that is an object or a list of JSON is that (protocols/graphwiz.md section 7, 3). */
    private static Object ofText(String text) {
        if (!text.startsWith("{") && !text.startsWith("[")) return text;
        Object json = Json.read(text.getBytes(StandardCharsets.UTF_8));
        return json == null ? text : json;
    }

    /** Bytes that are JSON are that, others base64 (section 7, 4). */
    private static @Nullable Object ofBytes(ByteString value) {
        byte[] bytes = value.toByteArray();
        Object json = isUtf8(bytes) ? Json.read(bytes) : null;
        if (json != null || value.toStringUtf8().equals("null")) return json;
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            var _ = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException notUtf8) {
            return false;
        }
    }

    /** A component as protobuf clients read it in a spawn or a snapshot. */
    static String asText(@Nullable Object component) {
        return component instanceof String s ? s : Json.text(component);
    }
}
