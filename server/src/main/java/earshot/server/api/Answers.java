package earshot.server.api;

import earshot.core.message.Message;
import earshot.core.message.PresenceList;
import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.dialect.HttpResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/** What the server API says, as JSON. */
public final class Answers {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Answers() {}

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /** @param nodes that did not answer: what they would have said is not in the body */
    static ObjectNode missing(ObjectNode body, int nodes) {
        return nodes == 0 ? body : body.put("nodesMissing", nodes);
    }

    static HttpResponse ok(ObjectNode body) {
        return json(200, body);
    }

    static HttpResponse json(int status, ObjectNode body) {
        return HttpResponse.json(status, body.toString()).with("cache-control", "no-store");
    }

    static HttpResponse empty() {
        return ok(object());
    }

    /** {@code {"error":{"code","message"}}}. */
    public static HttpResponse error(Problem problem, String message) {
        ObjectNode body = object();
        body.putObject("error").put("code", problem.code()).put("message", message);
        HttpResponse answer = json(problem.status(), body);
        return problem.retryable() && problem != Problem.INTERNAL ? answer.with("retry-after", "1") : answer;
    }

    static HttpResponse error(Problem problem) {
        return error(problem, sentence(problem));
    }

    /** What the gateway refuses before anybody here hears of it. */
    static HttpResponse refused(int status) {
        return switch (status) {
            case 413 -> error(Problem.TOO_LARGE);
            case 404 -> error(Problem.NOT_FOUND);
            default -> json(status, sentenced(status == 417 ? "expectation_failed" : Problem.INVALID.code()));
        };
    }

    private static ObjectNode sentenced(String code) {
        ObjectNode body = object();
        body.putObject("error").put("code", code).put("message", sentence(Problem.INVALID));
        return body;
    }

    private static String sentence(Problem problem) {
        return switch (problem) {
            case INVALID -> "The request is not understood.";
            case UNAUTHENTICATED -> "No valid API key: send Authorization: Bearer ek_…";
            case FORBIDDEN -> "This key may not do that.";
            case NOT_FOUND -> "There is no such thing here.";
            case NOT_MEMBER -> "The session is not in that room.";
            case CONFLICT -> "That id is taken.";
            case TOO_LARGE -> "That is larger than allowed.";
            case TOO_MANY_ROOMS -> "That is one room too many.";
            case ROOM_FULL -> "The room is full.";
            case RATE_LIMITED -> "Too many calls: slow down.";
            case UNAVAILABLE ->
                "The log does not answer; it may or may not have happened. Try again with the same key.";
            case BUSY -> "This node takes nothing new right now.";
            case INTERNAL -> "Something went wrong here; the log has the cause.";
        };
    }

    static HttpResponse reply(Reply reply) {
        return switch (reply) {
            case Reply.Done _ -> empty();
            case Reply.Accepted a -> ok(accepted(a));
            case Reply.Refused r -> error(r.problem(), r.detail().isEmpty() ? sentence(r.problem()) : r.detail());
            case Reply.History h -> ok(history(h));
            case Reply.Here h -> ok(here(h.room(), h.presence()));
            case Reply.Joined _ -> error(Problem.INTERNAL);
        };
    }

    /** A page after a position: {@code recovered} false says that something may be missing before it. */
    static HttpResponse historyAfter(Reply reply, boolean recovered) {
        return reply instanceof Reply.History h ? ok(history(h).put("recovered", recovered)) : reply(reply);
    }

    private static ObjectNode accepted(Reply.Accepted a) {
        ObjectNode body = object().put("id", a.messageId());
        body.set("room", room(a.room()));
        return body.put("position", a.position().toString())
                .put("timestamp", a.timestampMillis())
                .put("repeated", a.repeated());
    }

    private static ObjectNode history(Reply.History h) {
        ObjectNode body = object();
        body.set("room", room(h.room()));
        ArrayNode messages = body.putArray("messages");
        for (Message message : h.messages()) messages.add(message(message));
        return body.put("complete", h.complete());
    }

    public static ObjectNode room(RoomId room) {
        return object().put("realm", room.realm()).put("tenant", room.tenant()).put("name", room.name());
    }

    public static ObjectNode message(Message m) {
        ObjectNode body =
                object().put("id", m.id()).put("position", m.position().toString());
        body.set("author", profile(m.author()));
        body.put("text", m.text())
                .put("html", m.html())
                .put("replyTo", m.replyTo())
                .put("timestamp", m.timestampMillis())
                .put("edited", orNull(m.editedMillis()))
                .put("pinned", orNull(m.pinnedMillis()));
        return body;
    }

    private static @Nullable Long orNull(long millis) {
        return millis == 0 ? null : millis;
    }

    public static ObjectNode profile(Profile profile) {
        ObjectNode body = object().put("id", profile.user().id())
                .put("realm", profile.user().realm())
                .put("name", profile.name())
                .put("avatar", profile.avatarUrl());
        if (!profile.attributes().equals(Profile.NO_ATTRIBUTES))
            body.putRawValue("attributes", new RawValue(profile.attributes()));
        return body;
    }

    private static ObjectNode here(RoomId room, PresenceList presence) {
        ObjectNode body = object();
        body.set("room", room(room));
        body.put("count", presence.users().size());
        ArrayNode users = body.putArray("users");
        for (PresenceList.Present p : presence.users()) users.add(present(p));
        return body;
    }

    public static ObjectNode present(PresenceList.Present p) {
        return profile(p.user())
                .put("joined", p.joinedMillis())
                .put("status", p.status())
                .put("sessions", p.sessions().size());
    }

    static ArrayNode list(List<ObjectNode> nodes) {
        ArrayNode list = JSON.createArrayNode();
        nodes.forEach(list::add);
        return list;
    }
}
