package earshot.dialect.graphwiz;

import earshot.core.message.Event;
import earshot.dialect.graphwiz.wire.Wire.Message;
import earshot.dialect.graphwiz.wire.Wire.PositionUpdate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The things in a room, and where each was seen last. Confined to the room's loop. Bounded by number and bytes. */
final class Scene {
    private final GraphwizConfig.Sizes sizes;
    private final Map<String, Entity> entities = new LinkedHashMap<>();
    /** Where things are, as it was told: read only when somebody joins. Also of things that nobody spawned. */
    private final Map<String, Event.Relayed> poses = new LinkedHashMap<>();

    private long bytes;

    Scene(GraphwizConfig.Sizes sizes) {
        this.sizes = sizes;
    }

    int count() {
        return entities.size();
    }

    Collection<Entity> entities() {
        return entities.values();
    }

    @Nullable
    Entity find(String id) {
        return entities.get(id);
    }

    /** False: there is no room for it. */
    boolean put(Entity entity) {
        Entity before = entities.get(entity.id);
        long after = bytes + entity.weight() - (before == null ? 0 : before.weight());
        if (entity.weight() > sizes.entityBytes() || after > sizes.worldBytes()) return false;
        if (before == null && entities.size() >= sizes.entities()) return false;
        bytes = after;
        entities.put(entity.id, entity);
        return true;
    }

    /** What a client says of a thing: its id; null when there is no room for it. What nobody spawned is passed on, and not kept. */
    @Nullable
    String change(int type, Packet packet, Message message) {
        if (type == Types.SPAWN) return spawn(Entity.of(packet, message));
        if (type == Types.UPDATE) {
            String id = message.getEntityUpdate().getEntityId();
            Entity known = entities.get(id);
            return known == null || put(known.updated(packet, message)) ? id : null;
        }
        String gone = message.getEntityDespawn().getEntityId();
        remove(gone);
        return gone;
    }

    /** Where it was before it was there, nobody knows who hears of it now. */
    private @Nullable String spawn(Entity entity) {
        if (!put(entity)) return null;
        poses.remove(entity.id);
        return entity.id;
    }

    /** Gone, and where it was is forgotten. */
    @Nullable
    Entity remove(String id) {
        poses.remove(id);
        Entity gone = entities.remove(id);
        if (gone != null) bytes -= gone.weight();
        return gone;
    }

    List<Entity> ownedBy(String clientId) {
        List<Entity> owned = new ArrayList<>();
        for (Entity entity : entities.values()) if (entity.ownerClient.equals(clientId)) owned.add(entity);
        return owned;
    }

    // --- where things are

    /** What is more than there may be things is told and not remembered. */
    void moved(String entityId, Event.Relayed pose) {
        if (poses.size() < 2 * sizes.entities() || poses.containsKey(entityId)) poses.put(entityId, pose);
    }

    Event.@Nullable Relayed pose(String entityId) {
        return poses.get(entityId);
    }

    /** Of things that nobody spawned: their mover is gone. */
    void forgetPosesOf(String clientId) {
        poses.entrySet()
                .removeIf(each -> !entities.containsKey(each.getKey())
                        && PoseKey.client(keyOf(each.getValue())).equals(clientId));
    }

    private static String keyOf(Event.Relayed pose) {
        String key = pose.key();
        return key == null ? "" : key;
    }

    /** Null: nobody has moved it. */
    @Nullable
    PositionUpdate position(String entityId) {
        Event.Relayed pose = poses.get(entityId);
        Packet packet = pose == null ? null : Packet.of(pose.payload());
        Message message = packet == null ? null : Words.read(packet);
        return message == null || !message.hasPositionUpdate() ? null : message.getPositionUpdate();
    }
}
