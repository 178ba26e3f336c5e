package earshot.server.api;

import earshot.core.Everywhere;
import earshot.core.message.Audience;
import earshot.core.message.Command;
import earshot.core.message.Emission;
import earshot.core.message.Emitted;
import earshot.core.message.Event;
import earshot.core.message.Lane;
import earshot.core.message.Problem;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.dialect.HttpResponse;
import earshot.dialect.summit.SummitDialect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/**
 * Events of the product's own for clients of summit: any name, any arguments, told and not kept; to a room in its order, or to whoever is named, wherever they
 * are, and with their acks gathered, as Socket.IO's own server does it ({@code io.to(…).except(…).timeout(…).emitWithAck(…)}).
 */
final class EmitOperations {
    private static final int MAX_EVENT_CHARS = 200;
    private static final int MAX_ARGUMENTS = 64;
    private static final int MAX_WORD_CHARS = 512;
    private static final Duration LEAST_WAIT = Duration.ofMillis(50);
    /** What a stock client keeps for itself, and nobody may emit. */
    private static final Set<String> RESERVED =
            Set.of("connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener");

    private static final String EXCEPT_ROOMS = "exceptRooms";
    private static final String EXCEPT_USERS = "exceptUsers";
    private static final String LOCAL = "local";
    private static final String ACK_WITHIN = "ackWithinMs";

    private final ApiSubjects subjects;

    EmitOperations(ApiSubjects subjects) {
        this.subjects = subjects;
    }

    List<Operation> operations() {
        return List.of(
                new Operation("emit", "POST", "/v1/{realm}/emit", Scope.MESSAGES_WRITE, this::toAll),
                new Operation(
                        "emitToRoom", "POST", "/v1/{realm}/rooms/{room}/emit", Scope.MESSAGES_WRITE, this::toRoom),
                new Operation(
                        "emitToUser", "POST", "/v1/{realm}/users/{user}/emit", Scope.MESSAGES_WRITE, this::toUser));
    }

    /** Everybody in a namespace, or those of them who are named. */
    private CompletionStage<HttpResponse> toAll(ApiCall call) {
        call.allowing("event", "args", "volatile", "rooms", "users", EXCEPT_ROOMS, EXCEPT_USERS, LOCAL, ACK_WITHIN);
        checkRealm(call);
        return emit(call, rooms(call, "rooms"), users(call, "users"));
    }

    /** In the order of the room's messages, unless it is for some of its members alone or wants acks. */
    private CompletionStage<HttpResponse> toRoom(ApiCall call) {
        call.allowing("event", "args", "volatile", EXCEPT_ROOMS, EXCEPT_USERS, LOCAL, ACK_WITHIN);
        checkRealm(call);
        RoomId room = room(call, call.path("room"));
        if (isForSome(call)) return emit(call, List.of(room), List.of());
        Lane lane = isVolatile(call) ? Lane.SPARE : Lane.SURE;
        byte[] payload = event(call).getBytes(StandardCharsets.UTF_8);
        var relayed = new Event.Relayed(room, SummitDialect.NAME, lane, null, 0, payload);
        return subjects.node()
                .serve(new Command.Relay(room, relayed, Audience.ALL), null)
                .thenApply(Answers::reply);
    }

    private CompletionStage<HttpResponse> toUser(ApiCall call) {
        call.allowing("event", "args", "volatile", EXCEPT_ROOMS, LOCAL, ACK_WITHIN);
        checkRealm(call);
        return emit(call, List.of(), List.of(ApiSubjects.user("user", SummitDialect.NAME, call.path("user"))));
    }

    private static boolean isForSome(ApiCall call) {
        for (String member : List.of(EXCEPT_ROOMS, EXCEPT_USERS, LOCAL, ACK_WITHIN))
            if (call.body().has(member)) return true;
        return false;
    }

    // --- outside of rooms

    private CompletionStage<HttpResponse> emit(ApiCall call, List<RoomId> rooms, List<UserId> users) {
        // A room is of one tenant, and so is a user.
        String tenant =
                rooms.isEmpty() && users.isEmpty() ? call.query("tenant").orElse(null) : null;
        var reach = new Emission.Reach(tenant, rooms, users, rooms(call, EXCEPT_ROOMS), users(call, EXCEPT_USERS));
        var emission = new Emission(
                SummitDialect.NAME, namespace(call), reach, event(call), isVolatile(call), ackWithin(call));
        return subjects.everywhere()
                .emit(emission, isTrue(call, LOCAL))
                .thenApply(heard -> Answers.ok(answer(emission, heard)))
                .exceptionally(EmitOperations::tooMany);
    }

    private static HttpResponse tooMany(Throwable failure) {
        return Answers.error(Problem.UNAVAILABLE, "Too many emissions wait for acks on this node; try again.");
    }

    private static ObjectNode answer(Emission emission, Everywhere.Heard heard) {
        Emitted emitted = heard.emitted();
        ObjectNode body = Answers.object().put("sessions", emitted.told());
        if (emission.wantsAnswers()) {
            body.put("answered", emitted.answered());
            body.put("complete", emitted.answered() == emitted.told() && heard.missing() == 0);
            ArrayNode answers = body.putArray("answers");
            for (Emitted.Said said : emitted.said()) answers.add(said(said));
        }
        return Answers.missing(body, heard.missing());
    }

    /** What a client said goes out as it came: the dialect has checked that it is JSON. */
    private static ObjectNode said(Emitted.Said said) {
        ObjectNode node = Answers.object().put("session", said.session().toString());
        UserId user = said.user();
        node.put("user", user == null ? null : user.id());
        node.putRawValue("ack", new RawValue(said.text()));
        return node;
    }

    // --- reading

    private RoomId room(ApiCall call, String name) {
        return subjects.room(
                SummitDialect.NAME, call.query("tenant").orElse(""), SummitDialect.roomName(namespace(call), name));
    }

    private static String namespace(ApiCall call) {
        String namespace = call.query("namespace").orElse("/");
        return namespace.startsWith("/") ? namespace : "/" + namespace;
    }

    private List<RoomId> rooms(ApiCall call, String field) {
        return listed(call, field, name -> room(call, name));
    }

    private static List<UserId> users(ApiCall call, String field) {
        return listed(call, field, id -> ApiSubjects.user(field, SummitDialect.NAME, id));
    }

    private static <T> List<T> listed(ApiCall call, String field, Function<String, T> item) {
        JsonNode list = call.body().path(field);
        if (list.isMissingNode()) return List.of();
        if (!list.isArray() || list.isEmpty() || list.size() > Emission.Reach.MAX)
            throw ApiRefusal.invalid(field, "expected a list of 1.." + Emission.Reach.MAX);
        List<T> all = new ArrayList<>(list.size());
        for (JsonNode each : list) all.add(item.apply(ApiCall.textOf(each, field, MAX_WORD_CHARS)));
        return all;
    }

    private static boolean isVolatile(ApiCall call) {
        return isTrue(call, "volatile");
    }

    private static boolean isTrue(ApiCall call, String field) {
        JsonNode value = call.body().path(field);
        if (value.isMissingNode()) return false;
        if (!value.isBoolean()) throw ApiRefusal.invalid(field, "expected true or false");
        return value.asBoolean();
    }

    private static Duration ackWithin(ApiCall call) {
        if (!call.body().has(ACK_WITHIN)) return Duration.ZERO;
        long millis = call.count(ACK_WITHIN);
        if (millis < LEAST_WAIT.toMillis() || millis > Emission.LONGEST.toMillis())
            throw ApiRefusal.invalid(
                    ACK_WITHIN, "expected " + LEAST_WAIT.toMillis() + ".." + Emission.LONGEST.toMillis());
        return Duration.ofMillis(millis);
    }

    private void checkRealm(ApiCall call) {
        if (!subjects.realm(call).equals(SummitDialect.NAME))
            throw ApiRefusal.invalid("realm", "events of one's own are for summit");
    }

    /** Name and arguments with commas between them. */
    private static String event(ApiCall call) {
        String name = call.text("event", MAX_EVENT_CHARS);
        if (RESERVED.contains(name)) throw ApiRefusal.invalid("event", "is reserved");
        JsonNode args = call.body().path("args");
        if ((!args.isMissingNode() && !args.isArray()) || args.size() > MAX_ARGUMENTS)
            throw ApiRefusal.invalid("args", "expected a list of at most " + MAX_ARGUMENTS);
        StringBuilder json = new StringBuilder(
                String.valueOf(Answers.object().put("name", name).get("name")));
        for (JsonNode arg : args) json.append(',').append(arg);
        return json.toString();
    }
}
