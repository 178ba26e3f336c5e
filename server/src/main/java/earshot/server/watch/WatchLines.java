package earshot.server.watch;

import earshot.core.message.Event;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.Problem;
import earshot.core.message.Reply;
import earshot.core.message.VoiceEvent;
import earshot.server.api.Answers;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/** Events as lines of JSON: a member {@code type}, then what {@code /v1} would say of the same things. */
final class WatchLines {
    private static final ObjectMapper JSON = new ObjectMapper();

    private WatchLines() {}

    static String joined(Reply.Joined joined) {
        var snapshot = joined.snapshot();
        ObjectNode line = line("watching");
        line.set("room", Answers.room(joined.room()));
        line.put("position", snapshot.position().toString()).put("recovered", joined.recovered());
        var present = line.putArray("present");
        snapshot.presence().users().forEach(p -> present.add(Answers.present(p)));
        return line.toString();
    }

    static String past(Message message) {
        return line("message")
                .put("past", true)
                .setAll(Answers.message(message))
                .toString();
    }

    static String refused(Problem problem) {
        return line("refused").put("code", problem.code()).toString();
    }

    static String service(boolean available) {
        return line("service").put("available", available).toString();
    }

    static String of(Event event) {
        return switch (event) {
            case KeptEvent.MessagePosted p ->
                line("message").setAll(Answers.message(p.message())).toString();
            case KeptEvent.MessageEdited e ->
                kept("edited", e).put("text", e.text()).toString();
            case KeptEvent.MessageDeleted d -> kept("deleted", d).toString();
            case KeptEvent.MessagePinned p ->
                kept("pinned", p).put("pinned", p.pinned()).toString();
            case Event.UserJoined j ->
                line("joined").set("user", Answers.profile(j.user())).toString();
            case Event.UserLeft l ->
                line("left").set("user", Answers.profile(l.user())).toString();
            case Event.Typing t -> {
                ObjectNode line = line("typing").put("on", t.on());
                line.set("user", Answers.profile(t.user()));
                yield line.toString();
            }
            case Event.StatusChanged s -> {
                ObjectNode line = line("status").put("status", s.status());
                line.set("user", Answers.profile(s.user()));
                yield line.toString();
            }
            case Event.PresenceChanged p ->
                line("present").put("users", p.presence().users().size()).toString();
            case Event.VotesChanged v ->
                line("votes")
                        .put("id", v.messageId())
                        .put("upvotes", v.upvotes())
                        .put("downvotes", v.downvotes())
                        .toString();
            case Event.Relayed r ->
                line("relayed")
                        .put("dialect", r.dialect())
                        .put("bytes", r.payload().length)
                        .toString();
            case Event.Notified n -> line("notified").put("kind", n.kind()).toString();
            case VoiceEvent v ->
                line("voice").put("kind", v.getClass().getSimpleName()).toString();
        };
    }

    private static ObjectNode line(String type) {
        return JSON.createObjectNode().put("type", type);
    }

    private static ObjectNode kept(String type, KeptEvent event) {
        return line(type)
                .put("id", event.messageId())
                .put("position", event.position().toString())
                .put("timestamp", event.timestampMillis());
    }
}
