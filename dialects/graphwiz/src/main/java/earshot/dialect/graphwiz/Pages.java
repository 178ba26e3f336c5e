package earshot.dialect.graphwiz;

import earshot.core.message.RoomId;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.HttpRoute;
import earshot.dialect.JsonBytes;
import earshot.dialect.graphwiz.wire.Wire.Message;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Plain HTTP of this dialect: who is connected, and moderation (protocols/graphwiz.md sections 10.1 and 13). Thread-safe. */
final class Pages {
    private static final String STATS = "stats";
    private static final int MAX_BODY_BYTES = 16 << 10;

    private final GraphwizDialect.Parts parts;
    private final Door door;
    private final Worlds worlds;
    private final Function<HttpRequest, @Nullable HttpResponse> statistics;

    Pages(
            GraphwizDialect.Parts parts,
            Door door,
            Worlds worlds,
            Function<HttpRequest, @Nullable HttpResponse> statistics) {
        this.parts = parts;
        this.door = door;
        this.worlds = worlds;
        this.statistics = statistics;
    }

    List<HttpRoute> routes() {
        return List.of(
                new HttpRoute("GET", RoomPath.START + "*", 0, this::stats),
                new HttpRoute("POST", "/moderation/kick", MAX_BODY_BYTES, r -> moderate(Types.KICK, r)),
                new HttpRoute("POST", "/moderation/mute", MAX_BODY_BYTES, r -> moderate(Types.MUTE, r)),
                new HttpRoute("POST", "/moderation/lock", MAX_BODY_BYTES, r -> moderate(Types.LOCK, r)));
    }

    // --- statistics

    private CompletionStage<HttpResponse> stats(HttpRequest request) {
        String path = request.rawPath();
        boolean ofAll = path.equals(RoomPath.START + STATS);
        boolean ofRoom = path.endsWith("/" + STATS);
        if (!ofAll && !ofRoom)
            return done(Refusals.invalid("This address is for WebSocket upgrades; statistics are at /ws/stats"));
        HttpResponse refusal = statistics.apply(request);
        if (refusal != null) return done(refusal);
        if (ofAll) return done(HttpResponse.json(200, all()));
        Optional<String> room = RoomPath.room(path.substring(0, path.length() - STATS.length() - 1));
        return done(room.isEmpty() ? Refusals.invalid(Refusals.BAD_ROOM) : HttpResponse.json(200, room(room.get())));
    }

    private static CompletionStage<HttpResponse> done(HttpResponse response) {
        return CompletableFuture.completedStage(response);
    }

    private String all() {
        var json = new JsonBytes(128)
                .raw("{\"total_connections\":")
                .number(parts.numbers().connections())
                .raw(",\"timestamp\":")
                .string(time(parts.clock().millis()).replace("Z", "+00:00"))
                .raw('}');
        return new String(json.done(), StandardCharsets.UTF_8);
    }

    private String room(String name) {
        World world = worlds.find(parts.realms().resolve(GraphwizDialect.NAME, "", name));
        List<Member> members = world == null
                ? List.of()
                : world.members().stream()
                        .filter(m -> !m.isForeign)
                        .sorted(Comparator.comparingLong(m -> m.joinedMillis))
                        .toList();
        var json = new JsonBytes(256)
                .raw("{\"room_id\":")
                .string(name)
                .raw(",\"connection_count\":")
                .number(members.size())
                .raw(",\"connections\":[");
        String before = "";
        for (Member member : members) {
            json.raw(before);
            connection(member, name, json);
            before = ",";
        }
        json.raw("],\"message_count\":")
                .number(world == null ? 0 : world.messages())
                .raw(",\"host_client_id\":")
                .string(world == null || world.host().isEmpty() ? null : world.host())
                .raw(",\"locked\":")
                .bool(world != null && world.isLocked());
        return new String(json.raw('}').done(), StandardCharsets.UTF_8);
    }

    private static void connection(Member member, String room, JsonBytes json) {
        json.raw("{\"id\":")
                .string(member.identity.connectionId())
                .raw(",\"room_id\":")
                .string(room)
                .raw(",\"user_id\":")
                .string(member.identity.userId())
                .raw(",\"client_id\":")
                .string(member.clientId())
                .raw(",\"connected_at\":")
                .string(time(member.joinedMillis))
                .raw('}');
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    // --- moderation

    private CompletionStage<HttpResponse> moderate(int type, HttpRequest request) {
        Map<String, @Nullable Object> body = Json.object(Json.read(request.body()));
        String room = body == null ? "" : either(body, "room_id", "roomId");
        if (body == null || !RoomPath.isId(room)) return done(Refusals.invalid("room_id is required"));
        HandshakeRequest asked = new HandshakeRequest(request, List.of());
        String token = asked.bearer().orElse("");
        String label = either(body, "kicked_by_client_id", "kickedByClientId");
        if (label.isEmpty()) label = either(body, "locked_by_client_id", "lockedByClientId");
        if (!token.isEmpty()) {
            return switch (door.verify(token, "")) {
                case Door.Verdict.Refused refused -> done(Refusals.unauthenticated(refused.message()));
                case Door.Verdict.Genuine who ->
                    decide(type, room, body, new Caller(who.userId(), who.userId(), who.roles()));
            };
        }
        if (!parts.config().access().userIdAlone())
            return done(Refusals.unauthenticated("Authentication required: send a Bearer token"));
        return decide(type, room, body, new Caller("", label, Set.of()));
    }

    /** @param userId empty: in development a client's name is enough */
    private record Caller(String userId, String label, Set<String> roles) {}

    private static String either(Map<String, @Nullable Object> body, String snake, String camel) {
        String found = HubReader.text(body, snake);
        return found.isEmpty() ? HubReader.text(body, camel) : found;
    }

    private CompletionStage<HttpResponse> decide(
            int type, String name, Map<String, @Nullable Object> body, Caller caller) {
        RoomId room = parts.realms().resolve(GraphwizDialect.NAME, "", name);
        CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
        worlds.onLoopOf(room, () -> answer.complete(decideThere(type, room, body, caller)));
        return answer;
    }

    /** On the room's loop. */
    private HttpResponse decideThere(int type, RoomId room, Map<String, @Nullable Object> body, Caller caller) {
        World world = worlds.find(room);
        if (world == null) return outcome(404, false, "Room " + room.name() + " not found");
        Message asked = request(type, body);
        Member host = world.member(world.host());
        boolean isHost = host != null
                && (caller.userId.isEmpty()
                        ? host.clientId().equals(caller.label)
                        : host.identity.userId().equals(caller.userId));
        var actor = new Order.Actor(caller.label, isHost, Roles.permissions(caller.roles));
        String refusal = world.order().decide(type, asked, actor);
        if (refusal == null) return outcome(200, true, said(type, room.name(), asked));
        return outcome(refusal.equals(Order.UNKNOWN) ? 404 : 403, false, refusal);
    }

    private static Message request(int type, Map<String, @Nullable Object> body) {
        var message = Message.newBuilder();
        String target = either(body, "target_client_id", "targetClientId");
        String reason = HubReader.text(body, "reason");
        if (type == Types.KICK)
            message.getKickPlayerBuilder().setTargetClientId(target).setReason(reason);
        else if (type == Types.MUTE)
            message.getMutePlayerBuilder()
                    .setTargetClientId(target)
                    .setMuted(HubReader.flag(body, "muted"))
                    .setReason(reason);
        else
            message.getLockRoomBuilder()
                    .setLocked(HubReader.flag(body, "locked"))
                    .setReason(reason);
        return message.build();
    }

    /** The original's sentences. */
    private static String said(int type, String room, Message asked) {
        if (type == Types.KICK) return "Player " + asked.getKickPlayer().getTargetClientId() + " kicked from room";
        if (type == Types.MUTE)
            return "Player " + asked.getMutePlayer().getTargetClientId()
                    + (asked.getMutePlayer().getMuted() ? " muted" : " unmuted");
        return "Room " + room + (asked.getLockRoom().getLocked() ? " locked" : " unlocked");
    }

    private static HttpResponse outcome(int status, boolean success, String message) {
        var json = new JsonBytes(128)
                .raw("{\"success\":")
                .bool(success)
                .raw(",\"message\":")
                .string(message)
                .raw('}');
        return HttpResponse.json(status, new String(json.done(), StandardCharsets.UTF_8));
    }
}
