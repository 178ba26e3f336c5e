package earshot.dialect.graphwiz;

import earshot.dialect.graphwiz.wire.Wire.AvatarConfig;
import earshot.dialect.graphwiz.wire.Wire.Message;
import earshot.dialect.graphwiz.wire.Wire.PresenceData;
import earshot.dialect.graphwiz.wire.Wire.Quaternion;
import earshot.dialect.graphwiz.wire.Wire.Vector3;

/** What a message must hold to be passed on: finite numbers, since JSON has no others; ids and lists of a length that a table can keep. */
final class Sane {
    /** Ids of entities and clients, and names of templates. */
    static final int MAX_ID_CHARS = 256;

    static final int MAX_MESSAGE_ID_CHARS = 128;
    static final int MAX_COMPONENTS = 256;
    static final int MAX_ACKS = 1000;

    private Sane() {}

    static boolean is(Message message) {
        if (message.getMessageId().length() > MAX_MESSAGE_ID_CHARS) return false;
        return switch (message.getPayloadCase()) {
            case POSITION_UPDATE -> {
                var p = message.getPositionUpdate();
                yield isId(p.getEntityId()) && isFinite(p.getPosition()) && isFinite(p.getRotation());
            }
            case ENTITY_SPAWN -> {
                var spawn = message.getEntitySpawn();
                yield isId(spawn.getEntityId())
                        && spawn.getTemplateId().length() <= MAX_ID_CHARS
                        && spawn.getOwnerId().length() <= MAX_ID_CHARS
                        && spawn.getComponentsCount() <= MAX_COMPONENTS;
            }
            case ENTITY_UPDATE -> {
                var update = message.getEntityUpdate();
                yield isId(update.getEntityId()) && update.getComponentsCount() <= MAX_COMPONENTS;
            }
            case ENTITY_DESPAWN -> isId(message.getEntityDespawn().getEntityId());
            case EMOJI_REACTION -> isFinite(message.getEmojiReaction().getPosition());
            case OBJECT_GRAB ->
                isId(message.getObjectGrab().getEntityId())
                        && isFinite(message.getObjectGrab().getPosition());
            case OBJECT_RELEASE -> {
                var release = message.getObjectRelease();
                yield isId(release.getEntityId()) && isFinite(release.getPosition()) && isFinite(release.getVelocity());
            }
            case PRESENCE_EVENT -> isSane(message.getPresenceEvent().getData());
            case ACK -> message.getAck().getMessageIdsCount() <= MAX_ACKS;
            default -> true;
        };
    }

    private static boolean isSane(PresenceData data) {
        AvatarConfig avatar = data.getAvatarConfig();
        return isFinite(data.getPosition())
                && isFinite(data.getRotation())
                && Float.isFinite(avatar.getHeight())
                && data.getDisplayName().length() <= MAX_ID_CHARS;
    }

    private static boolean isId(String id) {
        return !id.isEmpty() && id.length() <= MAX_ID_CHARS;
    }

    private static boolean isFinite(Vector3 v) {
        return Float.isFinite(v.getX()) && Float.isFinite(v.getY()) && Float.isFinite(v.getZ());
    }

    private static boolean isFinite(Quaternion q) {
        return Float.isFinite(q.getX())
                && Float.isFinite(q.getY())
                && Float.isFinite(q.getZ())
                && Float.isFinite(q.getW());
    }
}
