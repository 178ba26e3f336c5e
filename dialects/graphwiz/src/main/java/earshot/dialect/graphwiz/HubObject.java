package earshot.dialect.graphwiz;

import com.google.protobuf.ByteString;
import earshot.dialect.JsonBytes;
import earshot.dialect.graphwiz.wire.Wire.AvatarConfig;
import earshot.dialect.graphwiz.wire.Wire.EntitySnapshot;
import earshot.dialect.graphwiz.wire.Wire.PlayerSnapshot;
import earshot.dialect.graphwiz.wire.Wire.PresenceData;
import earshot.dialect.graphwiz.wire.Wire.Quaternion;
import earshot.dialect.graphwiz.wire.Wire.Vector3;
import earshot.dialect.graphwiz.wire.Wire.WorldState;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An object of JSON for hub clients, while it is being written. For one thread. */
final class HubObject {
    private final JsonBytes json;
    private boolean first = true;

    HubObject(int size) {
        this(new JsonBytes(size));
        json.raw('{');
    }

    /** @param json where a value is to be written */
    HubObject(JsonBytes json) {
        this.json = json;
    }

    HubObject name(String name) {
        if (!first) json.raw(',');
        first = false;
        json.string(name).raw(':');
        return this;
    }

    HubObject text(String name, String value) {
        name(name).json.string(value);
        return this;
    }

    HubObject textIfAny(String name, String value) {
        return value.isEmpty() ? this : text(name, value);
    }

    HubObject number(String name, long value) {
        name(name).json.number(value);
        return this;
    }

    HubObject flag(String name, boolean value) {
        name(name).json.bool(value);
        return this;
    }

    HubObject json(String name, @Nullable Object value) {
        Json.write(value, name(name).json);
        return this;
    }

    HubObject open(String name) {
        name(name).json.raw('{');
        first = true;
        return this;
    }

    HubObject close() {
        json.raw('}');
        first = false;
        return this;
    }

    HubObject vector(String name, Vector3 v) {
        return open(name)
                .real("x", v.getX())
                .real("y", v.getY())
                .real("z", v.getZ())
                .close();
    }

    /** Who says nothing of it is upright. */
    HubObject rotation(String name, Quaternion q, boolean given) {
        return open(name)
                .real("x", q.getX())
                .real("y", q.getY())
                .real("z", q.getZ())
                .real("w", given ? q.getW() : 1)
                .close();
    }

    private HubObject real(String name, float value) {
        String text = Float.toString(value);
        name(name).json.raw(text.endsWith(".0") ? text.substring(0, text.length() - 2) : text);
        return this;
    }

    /** What looks like JSON of an object or list is that. */
    HubObject components(Map<String, String> components) {
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

    HubObject presence(PresenceData data) {
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
