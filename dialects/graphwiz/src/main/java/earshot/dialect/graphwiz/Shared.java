package earshot.dialect.graphwiz;

import com.google.protobuf.InvalidProtocolBufferException;
import earshot.dialect.graphwiz.wire.Wire.PresenceData;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a room holds, piece by piece, as values of the latest lane: core gives a node that comes to a room later what other nodes know, and lets the newest of
 * two win. Only where nodes share rooms; clients hear nothing of it.
 */
final class Shared {
    /** No id of a client begins so, and no {@link PoseKey}. */
    private static final String FIRST = "\u0000";

    private static final char ENTITY = 'e';
    private static final char LOOKS = 'l';
    private static final char MUTED = 'm';
    private static final char LOCKED = 'o';
    private static final char BANNED = 'b';
    private static final byte[] NOTHING = {};
    private static final byte[] YES = {1};

    private Shared() {}

    /** Something of a room, as another node knows it. */
    sealed interface Piece {
        /** @param entity null: it is gone */
        record Thing(String id, @Nullable Entity entity) implements Piece {}

        record Looks(String clientId, PresenceData looks) implements Piece {}

        record Muted(String clientId, boolean muted) implements Piece {}

        record Locked(boolean locked) implements Piece {}

        record Banned(Identity who) implements Piece {}
    }

    static String key(Piece piece) {
        return FIRST
                + switch (piece) {
                    case Piece.Thing thing -> ENTITY + thing.id();
                    case Piece.Looks looks -> LOOKS + looks.clientId();
                    case Piece.Muted muted -> MUTED + muted.clientId();
                    case Piece.Locked _ -> String.valueOf(LOCKED);
                    case Piece.Banned banned -> BANNED + banned.who().clientId();
                };
    }

    static byte[] bytes(Piece piece) {
        return switch (piece) {
            case Piece.Thing thing -> {
                Entity entity = thing.entity();
                yield entity == null ? NOTHING : bytes(entity);
            }
            case Piece.Looks looks -> looks.looks().toByteArray();
            case Piece.Muted muted -> muted.muted() ? YES : NOTHING;
            case Piece.Locked locked -> locked.locked() ? YES : NOTHING;
            case Piece.Banned banned -> banned.who().userId().getBytes(StandardCharsets.UTF_8);
        };
    }

    private static byte[] bytes(Entity entity) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("template", entity.templateId);
        json.put("owner", entity.ownerName);
        json.put("client", entity.ownerClient);
        json.put("components", entity.components);
        return Json.bytes(json);
    }

    /** Null when it was not made by {@link #key} and {@link #bytes}. */
    static @Nullable Piece read(String key, byte[] bytes) {
        if (key.length() < 2 || !key.startsWith(FIRST)) return null;
        String id = key.substring(2);
        return switch (key.charAt(1)) {
            case ENTITY -> thing(id, bytes);
            case LOOKS -> looks(id, bytes);
            case MUTED -> new Piece.Muted(id, bytes.length > 0);
            case LOCKED -> new Piece.Locked(bytes.length > 0);
            case BANNED -> new Piece.Banned(new Identity(new String(bytes, StandardCharsets.UTF_8), id, ""));
            default -> null;
        };
    }

    private static @Nullable Piece thing(String id, byte[] bytes) {
        if (bytes.length == 0) return new Piece.Thing(id, null);
        Map<String, @Nullable Object> json = Json.object(Json.read(bytes));
        Map<String, @Nullable Object> components = json == null ? null : Json.object(json.get("components"));
        if (json == null || components == null) return null;
        return new Piece.Thing(
                id,
                Entity.of(
                        id,
                        HubReader.text(json, "template"),
                        HubReader.text(json, "owner"),
                        HubReader.text(json, "client"),
                        components));
    }

    private static @Nullable Piece looks(String clientId, byte[] bytes) {
        try {
            return new Piece.Looks(clientId, PresenceData.parseFrom(bytes));
        } catch (InvalidProtocolBufferException notOurs) {
            return null;
        }
    }
}
