package earshot.server.api;

import earshot.core.Everywhere;
import earshot.core.history.MessageBook;
import earshot.core.message.Command;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.relay.Answer;
import earshot.dialect.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import tools.jackson.databind.node.ObjectNode;

/** Which rooms there are, and who is in them. */
final class RoomOperations {
    private static final int MAX_COUNTED = 100;

    private final ApiSubjects subjects;

    RoomOperations(ApiSubjects subjects) {
        this.subjects = subjects;
    }

    List<Operation> operations() {
        return List.of(
                new Operation("listRooms", "GET", "/v1/rooms", Scope.ROOMS_READ, this::rooms),
                new Operation(
                        "readPresence",
                        "GET",
                        "/v1/{realm}/rooms/{room}/presence",
                        Scope.PRESENCE_READ,
                        this::presence),
                new Operation("countPresence", "GET", "/v1/{realm}/presence", Scope.PRESENCE_READ, this::counts));
    }

    private CompletionStage<HttpResponse> presence(ApiCall call) {
        return subjects.node()
                .serve(new Command.ReadPresence(subjects.room(call)), null)
                .thenApply(Answers::reply);
    }

    /** Of up to {@value #MAX_COUNTED} rooms at once, in the order of asking. */
    private CompletionStage<HttpResponse> counts(ApiCall call) {
        String realm = subjects.realm(call);
        List<String> names = call.queries("room");
        if (names.isEmpty() || names.size() > MAX_COUNTED)
            throw ApiRefusal.invalid("room", names.size() + " of them (expected: 1.." + MAX_COUNTED + ")");
        String tenant = call.query("tenant").orElse("");
        ObjectNode body = Answers.object();
        ObjectNode counts = body.putObject("counts");
        CompletionStage<?> all = CompletableFuture.completedStage("");
        for (String name : names) {
            RoomId room = subjects.room(realm, tenant, name);
            all = all.thenCompose(_ -> subjects.node().serve(new Command.ReadPresence(room), null))
                    .thenAccept(reply -> {
                        if (reply instanceof Reply.Here here)
                            counts.put(name, here.presence().users().size());
                    });
        }
        return all.thenApply(_ -> Answers.ok(body));
    }

    private CompletionStage<HttpResponse> rooms(ApiCall call) {
        int limit = call.limit(100, 1000);
        Optional<RoomId> after = call.query("cursor").map(RoomCursor::parse);
        if (call.flag("stored"))
            return subjects.book().rooms(after.orElse(null), limit).thenApply(found -> stored(found, limit));
        return subjects.everywhere()
                .rooms(after.orElse(null), call.query("realm").orElse(null), limit)
                .thenApply(found -> open(found, limit));
    }

    private static HttpResponse open(Everywhere.Listed<Answer.OpenRoom> found, int limit) {
        List<Answer.OpenRoom> rooms = found.items();
        ObjectNode body = Answers.object();
        body.set(
                "rooms",
                Answers.list(rooms.stream()
                        .map(r -> Answers.room(r.room())
                                .put("sessions", r.sessions())
                                .put("users", r.users()))
                        .toList()));
        body.put(
                "next",
                rooms.size() < limit ? null : RoomCursor.print(rooms.getLast().room()));
        return Answers.ok(Answers.missing(body, found.missing()));
    }

    private static HttpResponse stored(List<MessageBook.RoomSummary> rooms, int limit) {
        ObjectNode body = Answers.object();
        body.set(
                "rooms",
                Answers.list(rooms.stream()
                        .map(r -> Answers.room(r.room())
                                .put("messages", r.messages())
                                .put("last", r.lastMillis()))
                        .toList()));
        return Answers.ok(body.put(
                "next",
                rooms.size() < limit ? null : RoomCursor.print(rooms.getLast().room())));
    }
}
