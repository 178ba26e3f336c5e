package earshot.server.api;

import earshot.core.message.Audience;
import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.Lane;
import earshot.core.message.RoomId;
import earshot.dialect.HttpResponse;
import earshot.dialect.summit.SummitDialect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import tools.jackson.databind.JsonNode;

/** Events of the product's own for clients of summit: any name, any arguments, told and not kept. */
final class EmitOperations {
    private static final int MAX_EVENT_CHARS = 200;
    private static final int MAX_ARGUMENTS = 64;
    /** What a stock client keeps for itself, and nobody may emit. */
    private static final Set<String> RESERVED =
            Set.of("connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener");

    private final ApiSubjects subjects;

    EmitOperations(ApiSubjects subjects) {
        this.subjects = subjects;
    }

    List<Operation> operations() {
        return List.of(
                new Operation(
                        "emitToRoom", "POST", "/v1/{realm}/rooms/{room}/emit", Scope.MESSAGES_WRITE, this::toRoom),
                new Operation(
                        "emitToUser", "POST", "/v1/{realm}/users/{user}/emit", Scope.MESSAGES_WRITE, this::toUser));
    }

    private CompletionStage<HttpResponse> toRoom(ApiCall call) {
        call.allowing("event", "args", "volatile");
        checkRealm(call);
        String namespace = call.query("namespace").orElse("/");
        String name =
                SummitDialect.roomName(namespace.startsWith("/") ? namespace : "/" + namespace, call.path("room"));
        RoomId room = subjects.room(SummitDialect.NAME, call.query("tenant").orElse(""), name);
        Lane lane = call.body().path("volatile").asBoolean(false) ? Lane.SPARE : Lane.SURE;
        byte[] payload = event(call).getBytes(StandardCharsets.UTF_8);
        var relayed = new Event.Relayed(room, SummitDialect.NAME, lane, null, 0, payload);
        return subjects.node()
                .serve(new Command.Relay(room, relayed, Audience.ALL), null)
                .thenApply(Answers::reply);
    }

    private CompletionStage<HttpResponse> toUser(ApiCall call) {
        call.allowing("event", "args");
        checkRealm(call);
        var notified = new Event.Notified(
                ApiSubjects.user("user", SummitDialect.NAME, call.path("user")),
                SummitDialect.EMITTED,
                null,
                null,
                event(call));
        return subjects.everywhere()
                .notify(notified)
                .thenApply(counted -> Answers.ok(
                        Answers.missing(Answers.object().put("sessions", counted.count()), counted.missing())));
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
