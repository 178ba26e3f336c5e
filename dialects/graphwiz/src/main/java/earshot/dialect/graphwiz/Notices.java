package earshot.dialect.graphwiz;

import earshot.core.time.Clock;
import earshot.dialect.graphwiz.wire.Wire.EntitySnapshot;
import earshot.dialect.graphwiz.wire.Wire.Error;
import earshot.dialect.graphwiz.wire.Wire.Message;
import earshot.dialect.graphwiz.wire.Wire.PlayerKicked;
import earshot.dialect.graphwiz.wire.Wire.PlayerMuted;
import earshot.dialect.graphwiz.wire.Wire.PlayerSnapshot;
import earshot.dialect.graphwiz.wire.Wire.PositionUpdate;
import earshot.dialect.graphwiz.wire.Wire.PresenceData;
import earshot.dialect.graphwiz.wire.Wire.PresenceEvent;
import earshot.dialect.graphwiz.wire.Wire.PresenceEventType;
import earshot.dialect.graphwiz.wire.Wire.RoomLocked;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the server says itself. Thread-safe. */
final class Notices {
    private final Supplier<String> ids;
    private final Clock clock;

    Notices(Supplier<String> ids, Clock clock) {
        this.ids = ids;
        this.clock = clock;
    }

    Message.Builder begin(int type) {
        return Codec.begin(type, ids.get(), clock.millis());
    }

    // --- who is here

    Message joined(Member member, String host) {
        var data =
                member.presence.toBuilder().setDisplayName(member.shownName()).setHostClientId(host);
        return presence(Types.JOIN, PresenceEventType.JOIN, member.clientId(), data);
    }

    Message left(Member member) {
        return presence(Types.LEAVE, PresenceEventType.LEAVE, member.clientId(), PresenceData.newBuilder());
    }

    /** What it said last of how it looks. */
    Message looks(Member member) {
        return presence(Types.PRESENCE, PresenceEventType.UPDATE, member.clientId(), member.presence.toBuilder());
    }

    Message host(String host) {
        return presence(
                Types.PRESENCE,
                PresenceEventType.UPDATE,
                host,
                PresenceData.newBuilder().setHostClientId(host));
    }

    private Message presence(int type, PresenceEventType kind, String clientId, PresenceData.Builder data) {
        return begin(type)
                .setPresenceEvent(PresenceEvent.newBuilder()
                        .setClientId(clientId)
                        .setEventType(kind)
                        .setData(data))
                .build();
    }

    // --- things

    Message spawned(Entity entity) {
        var spawn = begin(Types.SPAWN);
        spawn.getEntitySpawnBuilder()
                .setEntityId(entity.id)
                .setTemplateId(entity.templateId)
                .setOwnerId(entity.ownerName);
        entity.components.forEach(
                (name, value) -> spawn.getEntitySpawnBuilder().putComponents(name, Entity.asText(value)));
        return spawn.build();
    }

    Message despawned(String entityId) {
        var despawn = begin(Types.DESPAWN);
        despawn.getEntityDespawnBuilder().setEntityId(entityId);
        return despawn.build();
    }

    Message moved(PositionUpdate position) {
        return begin(Types.POSITION).setPositionUpdate(position).build();
    }

    static EntitySnapshot snapshot(Entity entity, @Nullable PositionUpdate at) {
        var snapshot = EntitySnapshot.newBuilder().setId(entity.id).setTemplateId(entity.templateId);
        if (at != null && at.hasPosition()) snapshot.setPosition(at.getPosition());
        if (at != null && at.hasRotation()) snapshot.setRotation(at.getRotation());
        entity.components.forEach((name, value) -> snapshot.putComponents(name, Entity.asText(value)));
        return snapshot.build();
    }

    static PlayerSnapshot snapshot(Member member, @Nullable PositionUpdate at) {
        PresenceData looks = member.presence;
        var snapshot = PlayerSnapshot.newBuilder()
                .setClientId(member.clientId())
                .setDisplayName(member.shownName())
                .setAvatarUrl(looks.getAvatarUrl());
        if (at != null && at.hasPosition()) snapshot.setPosition(at.getPosition());
        else if (looks.hasPosition()) snapshot.setPosition(looks.getPosition());
        if (at != null && at.hasRotation()) snapshot.setRotation(at.getRotation());
        else if (looks.hasRotation()) snapshot.setRotation(looks.getRotation());
        if (looks.hasAvatarConfig()) snapshot.setAvatarConfig(looks.getAvatarConfig());
        return snapshot.build();
    }

    // --- moderation

    Message kicked(String clientId, String by, String reason) {
        return begin(Types.KICKED)
                .setPlayerKicked(PlayerKicked.newBuilder()
                        .setKickedClientId(clientId)
                        .setKickedByClientId(by)
                        .setReason(orElse(reason, "Kicked by moderator")))
                .build();
    }

    Message muted(String clientId, boolean muted, String reason) {
        return begin(Types.MUTED)
                .setPlayerMuted(PlayerMuted.newBuilder()
                        .setMutedClientId(clientId)
                        .setMuted(muted)
                        .setReason(orElse(reason, muted ? "Muted by moderator" : "Unmuted by moderator")))
                .build();
    }

    Message locked(boolean locked, String by, String reason) {
        return begin(Types.LOCKED)
                .setRoomLocked(RoomLocked.newBuilder()
                        .setLocked(locked)
                        .setLockedByClientId(by)
                        .setReason(orElse(reason, locked ? "Room locked" : "Room unlocked")))
                .build();
    }

    Message error(int code, String text, String about) {
        return begin(Types.ERROR)
                .setError(Error.newBuilder().setCode(code).setMessage(text).setRefMessageId(about))
                .build();
    }

    private static String orElse(String given, String usual) {
        return given.isEmpty() ? usual : given;
    }
}
