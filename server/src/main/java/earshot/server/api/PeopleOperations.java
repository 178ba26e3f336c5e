package earshot.server.api;

import earshot.core.Everywhere;
import earshot.core.message.CloseReason;
import earshot.core.message.Event;
import earshot.core.message.Message;
import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.relay.Answer;
import earshot.core.relay.SessionAge;
import earshot.dialect.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletionStage;
import tools.jackson.databind.node.ObjectNode;

/** What can be done about users and their sessions. */
final class PeopleOperations {
    private static final String USER = "/v1/{realm}/users/{user}";
    private static final int MAX_ATTRIBUTES_CHARS = 16_000;
    private static final int MAX_TEXT_CHARS = 4000;

    private final ApiSubjects subjects;

    PeopleOperations(ApiSubjects subjects) {
        this.subjects = subjects;
    }

    List<Operation> operations() {
        return List.of(
                new Operation("putUser", "PUT", USER, Scope.USERS_WRITE, this::put),
                new Operation("getUser", "GET", USER, Scope.USERS_READ, this::get),
                new Operation("notifyUser", "POST", USER + "/notifications", Scope.MESSAGES_WRITE, this::notifyUser),
                new Operation(
                        "disconnectUser", "DELETE", USER + "/sessions", Scope.SESSIONS_WRITE, this::disconnectUser),
                new Operation("recheckUser", "POST", USER + "/recheck", Scope.SESSIONS_WRITE, this::recheck),
                new Operation("listSessions", "GET", "/v1/sessions", Scope.SESSIONS_READ, this::sessions),
                new Operation(
                        "disconnectSession",
                        "DELETE",
                        "/v1/sessions/{session}",
                        Scope.SESSIONS_WRITE,
                        this::disconnectSession));
    }

    private UserId user(ApiCall call) {
        return ApiSubjects.user("user", subjects.userRealm(call), call.path("user"));
    }

    private CompletionStage<HttpResponse> put(ApiCall call) {
        call.allowing("name", "avatar", "attributes");
        call.text("name", 200);
        Profile profile = ApiCall.profileOf(call.body(), "", user(call));
        if (profile.attributes().length() > MAX_ATTRIBUTES_CHARS)
            throw ApiRefusal.invalid("attributes", "more than " + MAX_ATTRIBUTES_CHARS + " characters");
        return subjects.users().put(profile).thenApply(_ -> Answers.ok(Answers.profile(profile)));
    }

    private CompletionStage<HttpResponse> get(ApiCall call) {
        return subjects.users()
                .find(user(call))
                .thenApply(found -> found.map(p -> Answers.ok(Answers.profile(p)))
                        .orElseGet(() -> Answers.error(Problem.NOT_FOUND, "user: nobody was put under this id")));
    }

    private CompletionStage<HttpResponse> notifyUser(ApiCall call) {
        call.allowing("kind", "messageId", "from", "text");
        var event = new Event.Notified(
                user(call),
                call.text("kind", 64),
                call.maybeText("messageId", Message.MAX_ID_CHARS).orElse(null),
                call.profile("from", call.path("realm")).orElse(null),
                call.maybeText("text", MAX_TEXT_CHARS).orElse(""));
        return subjects.everywhere().notify(event).thenApply(PeopleOperations::counted);
    }

    private CompletionStage<HttpResponse> disconnectUser(ApiCall call) {
        return subjects.everywhere().disconnect(user(call), reason(call)).thenApply(PeopleOperations::counted);
    }

    /** Answered at once; each room takes out whom its rules no longer let in. */
    private CompletionStage<HttpResponse> recheck(ApiCall call) {
        subjects.everywhere().recheck(user(call));
        return ServerApi.done(Answers.empty());
    }

    private CompletionStage<HttpResponse> disconnectSession(ApiCall call) {
        return subjects.everywhere().disconnect(sessionId(call), reason(call)).thenApply(counted -> {
            if (counted.count() > 0) return counted(counted);
            return counted.missing() > 0
                    ? Answers.error(Problem.UNAVAILABLE, "session: unknown; " + missing(counted.missing()))
                    : Answers.error(Problem.NOT_FOUND, "session: not connected");
        });
    }

    private static HttpResponse counted(Everywhere.Counted counted) {
        return Answers.ok(Answers.missing(Answers.object().put("sessions", counted.count()), counted.missing()));
    }

    private static String missing(int nodes) {
        return nodes == 1 ? "one node did not answer" : nodes + " nodes did not answer";
    }

    /** {@code ?reason=}: stay away (kicked, revoked), or come back (reconnect). */
    private static CloseReason reason(ApiCall call) {
        return switch (call.query("reason").orElse("kicked")) {
            case "kicked" -> CloseReason.KICKED;
            case "revoked" -> CloseReason.REVOKED;
            case "reconnect" -> CloseReason.DRAINING;
            default -> throw ApiRefusal.invalid("reason", "expected kicked, revoked or reconnect");
        };
    }

    private static SessionId sessionId(ApiCall call) {
        try {
            return SessionId.parse(call.path("session"));
        } catch (IllegalArgumentException e) {
            throw ApiRefusal.invalid("session", "expected an id as /v1/sessions lists it");
        }
    }

    private CompletionStage<HttpResponse> sessions(ApiCall call) {
        int limit = call.limit(100, 1000);
        UserId user = call.query("user")
                .map(id -> ApiSubjects.user(
                        "user",
                        call.query("realm").orElseThrow(() -> ApiRefusal.invalid("realm", "missing (goes with user)")),
                        id))
                .orElse(null);
        SessionAge before = call.query("cursor").map(SessionCursor::parse).orElse(null);
        return subjects.everywhere().sessions(user, before, limit).thenApply(found -> listed(found, limit));
    }

    private static HttpResponse listed(Everywhere.Listed<Answer.Connected> found, int limit) {
        ObjectNode body = Answers.object();
        body.set(
                "sessions",
                Answers.list(
                        found.items().stream().map(PeopleOperations::session).toList()));
        boolean isLast = found.items().size() < limit;
        body.put(
                "next",
                isLast ? null : SessionCursor.print(found.items().getFirst().age()));
        return Answers.ok(Answers.missing(body, found.missing()));
    }

    private static ObjectNode session(Answer.Connected s) {
        ObjectNode node = Answers.object()
                .put("id", s.id().toString())
                .put("dialect", s.dialect())
                .put("tenant", s.tenant())
                .put("connected", s.connectedMillis())
                .put("remote", s.remote())
                .put("tokenId", s.tokenId());
        Profile user = s.user();
        if (user == null) node.putNull("user");
        else node.set("user", Answers.profile(user));
        node.set("rooms", Answers.list(s.rooms().stream().map(Answers::room).toList()));
        return node;
    }
}
