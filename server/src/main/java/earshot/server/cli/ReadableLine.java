package earshot.server.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** A line of the watch, for people. What a client wrote never moves the cursor or changes a colour. */
final class ReadableLine {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

    private ReadableLine() {}

    static String of(String line) {
        try {
            return printable(told(JSON.readTree(line)));
        } catch (JacksonException e) {
            return printable(line);
        }
    }

    private static String told(JsonNode e) {
        String type = e.path("type").asString("");
        return switch (type) {
            case "watching" ->
                "-- watching " + room(e.path("room")) + ", " + e.path("present").size() + " here"
                        + (e.path("recovered").asBoolean(false) ? ", nothing missed" : "");
            case "message" ->
                time(e) + "  " + name(e.path("author")) + ": " + e.path("text").asString("");
            case "edited" ->
                time(e) + "  edited " + e.path("id").asString("") + ": "
                        + e.path("text").asString("");
            case "deleted" -> time(e) + "  deleted " + e.path("id").asString("");
            case "pinned" ->
                time(e)
                        + (e.path("pinned").asBoolean(false) ? "  pinned " : "  unpinned ")
                        + e.path("id").asString("");
            case "joined" -> "-> " + name(e.path("user")) + " joined";
            case "left" -> "<- " + name(e.path("user")) + " left";
            case "typing" ->
                ".. " + name(e.path("user")) + (e.path("on").asBoolean(false) ? " types" : " stopped typing");
            case "status" ->
                "-- " + name(e.path("user")) + " is " + e.path("status").asString("");
            case "votes" ->
                "-- votes of " + e.path("id").asString("") + ": +"
                        + e.path("upvotes").asLong() + " -"
                        + e.path("downvotes").asLong();
            case "service" ->
                e.path("available").asBoolean(false)
                        ? "-- Redis is back: what was missed is told now"
                        : "-- Redis is away: what happens on other nodes is not heard";
            case "refused" -> "-- refused: " + e.path("code").asString("");
            default -> "-- " + e;
        };
    }

    private static String room(JsonNode room) {
        String tenant = room.path("tenant").asString("");
        return room.path("realm").asString("") + " " + (tenant.isEmpty() ? "" : tenant + "/")
                + room.path("name").asString("");
    }

    private static String name(JsonNode user) {
        return user.path("name").asString("") + (user.path("realm").isString() ? "" : "?");
    }

    private static String time(JsonNode event) {
        return TIME.format(Instant.ofEpochMilli(event.path("timestamp").asLong()));
    }

    private static String printable(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().map(c -> Character.isISOControl(c) ? ' ' : c).forEach(out::appendCodePoint);
        return out.toString();
    }
}
