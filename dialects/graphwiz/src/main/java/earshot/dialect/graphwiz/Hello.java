package earshot.dialect.graphwiz;

import earshot.dialect.Frame;
import earshot.dialect.JsonBytes;
import earshot.dialect.graphwiz.wire.Wire.Message;
import earshot.dialect.graphwiz.wire.Wire.PlayerSnapshot;
import earshot.dialect.graphwiz.wire.Wire.PositionUpdate;
import earshot.dialect.graphwiz.wire.Wire.PresenceData;
import earshot.dialect.graphwiz.wire.Wire.ServerHello;
import earshot.dialect.graphwiz.wire.Wire.WorldState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The first thing that a connection hears: who and what is in the room (protocols/graphwiz.md sections 5 and 8.3). Protobuf clients read it in their
 * ServerHello; the original client takes its id from a text and passes over the rest, so to it everything is said once more as if it happened now.
 */
final class Hello {
    static final String SERVER_VERSION = "1.0.0";

    private final String room;
    private final Member to;
    private final Collection<Member> members;
    private final Scene scene;
    private final Notices notices;
    private final String host;
    private final long nowMillis;

    Hello(
            String room,
            Member to,
            Collection<Member> members,
            Scene scene,
            Notices notices,
            String host,
            long nowMillis) {
        this.room = room;
        this.to = to;
        this.members = members;
        this.scene = scene;
        this.notices = notices;
        this.host = host;
        this.nowMillis = nowMillis;
    }

    /**
     * @param framing null: it is not known what the client reads
     * @param again whether it was greeted before, when that was not known
     */
    List<Frame> frames(@Nullable Framing framing, boolean again) {
        if (framing == Framing.PROTOBUF) return List.of(protobuf());
        List<Frame> frames = new ArrayList<>();
        if (!again) frames.add(text());
        if (framing == Framing.HUB) replay(frames);
        return frames;
    }

    private Frame protobuf() {
        var hello = notices.begin(Types.SERVER_HELLO)
                .setServerHello(ServerHello.newBuilder()
                        .setServerVersion(SERVER_VERSION)
                        .setAssignedClientId(to.clientId())
                        .setRoomId(room)
                        .setInitialState(world()));
        return Frame.binary(hello.build().toByteArray());
    }

    private Frame text() {
        var json = new JsonBytes(512)
                .raw("{\"type\":\"SERVER_HELLO\",\"room_id\":")
                .string(room)
                .raw(",\"client_id\":")
                .string(to.clientId())
                .raw(",\"timestamp\":")
                .number(nowMillis)
                .raw(",\"server_version\":")
                .string(SERVER_VERSION)
                .raw(",\"initial_state\":");
        HubWriter.world(world(), json);
        return Frame.text(json.raw('}').done());
    }

    private WorldState world() {
        var world = WorldState.newBuilder().setLastUpdate(nowMillis);
        for (Entity entity : scene.entities()) world.addEntities(Notices.snapshot(entity, scene.position(entity.id)));
        for (Member member : members) if (member != to) world.addPlayers(player(member));
        return world.build();
    }

    private PlayerSnapshot player(Member member) {
        PositionUpdate at = scene.position(member.clientId());
        if (at == null && !member.moved.isEmpty()) at = scene.position(member.moved);
        return Notices.snapshot(member, at);
    }

    // --- for the original client

    private void replay(List<Frame> frames) {
        Set<String> said = new HashSet<>();
        for (Member member : members) {
            if (member == to) continue;
            add(frames, Types.JOIN, notices.joined(member, host));
            if (!member.presence.equals(PresenceData.getDefaultInstance()))
                add(frames, Types.PRESENCE, notices.looks(member));
            for (Entity entity : scene.ownedBy(member.clientId())) replay(entity, frames, said);
            if (!member.moved.isEmpty() && said.add(member.moved)) pose(member.moved, frames);
        }
        for (Entity entity : scene.entities()) if (!said.contains(entity.id)) replay(entity, frames, said);
    }

    private void replay(Entity entity, List<Frame> frames, Set<String> said) {
        said.add(entity.id);
        frames.add(
                Frame.binary(HubWriter.spawn(entity, notices.begin(Types.SPAWN).build())));
        pose(entity.id, frames);
    }

    private void pose(String entityId, List<Frame> frames) {
        PositionUpdate at = scene.position(entityId);
        if (at != null) add(frames, Types.POSITION, notices.moved(at));
    }

    private static void add(List<Frame> frames, int type, Message message) {
        Frame frame = Codec.frame(Framing.HUB, type, message);
        if (frame != null) frames.add(frame);
    }
}
