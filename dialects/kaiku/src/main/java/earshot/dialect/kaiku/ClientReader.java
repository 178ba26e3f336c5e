package earshot.dialect.kaiku;

import earshot.dialect.WireUuid;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads one client event in one pass. Members come in any order, so what an event may need is gathered on the way and judged at the end; what nobody
 * needs is passed over. One object per message.
 */
final class ClientReader {
    /** The longest spelling of a UUID. */
    private static final int MAX_ID_CHARS = 45;

    private static final int MAX_TYPE_CHARS = 64;
    private static final int MAX_SHOWN_CHARS = 4096;

    private @Nullable String type;
    private @Nullable UUID channel;
    private @Nullable String sdp;
    private @Nullable String status;
    private @Nullable Candidate candidate;
    private @Nullable String shown;
    private boolean shownIsWrong;
    private @Nullable Long events;
    private boolean eventsAreWrong;

    private ClientReader() {}

    static ClientEvent read(byte[] utf8) {
        var reader = new ClientReader();
        try (JsonParser parser = Json.parser(utf8)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) return new ClientEvent.Wrong("Expected a JSON object");
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) reader.member(parser);
            if (parser.nextToken() != null) return new ClientEvent.Wrong("Expected one JSON object");
        } catch (JacksonException e) {
            return new ClientEvent.Wrong("Invalid JSON");
        }
        return reader.meaning();
    }

    private void member(JsonParser parser) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        switch (name) {
            case "type" -> type = text(parser, value, MAX_TYPE_CHARS);
            case "channel_id" -> channel = id(parser, value);
            case "sdp" -> sdp = text(parser, value, Integer.MAX_VALUE);
            case "status" -> status = text(parser, value, MAX_TYPE_CHARS);
            case "candidate" -> candidate = Candidate.read(parser, value);
            case "events" -> events(parser, value);
            case "activity", "custom_status" -> shown(parser, value);
            default -> parser.skipChildren();
        }
    }

    private static @Nullable String text(JsonParser parser, JsonToken value, int maxChars) {
        if (value == JsonToken.VALUE_STRING) {
            return parser.getStringLength() <= maxChars ? parser.getString() : null;
        }
        parser.skipChildren();
        return null;
    }

    private static @Nullable UUID id(JsonParser parser, JsonToken value) {
        String text = text(parser, value, MAX_ID_CHARS);
        return text == null ? null : WireUuid.parse(text);
    }

    /** Names that we do not know are none of our events: nothing is heard by them. */
    private void events(JsonParser parser, JsonToken value) {
        if (value == JsonToken.VALUE_NULL) return;
        if (value != JsonToken.START_ARRAY) {
            parser.skipChildren();
            eventsAreWrong = true;
            return;
        }
        long wanted = 0;
        for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
            String word = text(parser, item, MAX_TYPE_CHARS);
            EventType known = word == null ? null : EventType.of(word);
            if (known != null) wanted |= known.bit();
            eventsAreWrong |= word == null;
        }
        events = wanted;
    }

    private void shown(JsonParser parser, JsonToken value) {
        if (value == JsonToken.VALUE_NULL) return;
        if (value != JsonToken.START_OBJECT) {
            parser.skipChildren();
            shownIsWrong = true;
            return;
        }
        byte[] copy = JsonCopy.value(parser);
        shown = new String(copy, StandardCharsets.UTF_8);
        shownIsWrong |= shown.length() > MAX_SHOWN_CHARS;
    }

    private ClientEvent meaning() {
        if (type == null) return new ClientEvent.Wrong("Expected a string as type");
        return switch (type) {
            case "ping" -> new ClientEvent.Ping();
            case "set_status" -> status();
            case "set_activity" -> shown(EventType.RICH_PRESENCE_UPDATE);
            case "set_custom_status" -> shown(EventType.CUSTOM_STATUS_UPDATE);
            case "voice_stats",
                    // The browser's spelling, which the original refuses every three seconds.
                    "VoiceStats",
                    "voice_screen_share_stop",
                    "voice_webcam_stop",
                    "voice_set_layer_preference",
                    "admin_unsubscribe" -> new ClientEvent.Passed();
            case "voice_screen_share_start", "voice_webcam_start" ->
                new ClientEvent.Unsupported(ErrorCode.NOT_SUPPORTED);
            case "admin_subscribe" -> new ClientEvent.Unsupported(ErrorCode.NOT_ELEVATED);
            default -> inChannel(type);
        };
    }

    private ClientEvent inChannel(String event) {
        return switch (event) {
            case "subscribe",
                    "unsubscribe",
                    "typing",
                    "stop_typing",
                    "voice_join",
                    "voice_leave",
                    "voice_answer",
                    "voice_ice_candidate",
                    "voice_mute",
                    "voice_unmute" ->
                channel == null ? new ClientEvent.Wrong("Expected a UUID as channel_id") : inChannel(event, channel);
            default -> new ClientEvent.Wrong("Unknown type");
        };
    }

    private ClientEvent inChannel(String event, UUID in) {
        return switch (event) {
            case "subscribe" ->
                eventsAreWrong
                        ? new ClientEvent.Wrong("Expected an array of strings as events")
                        : new ClientEvent.Subscribe(in, events);
            case "unsubscribe" -> new ClientEvent.Unsubscribe(in);
            case "typing" -> new ClientEvent.Typing(in, true);
            case "stop_typing" -> new ClientEvent.Typing(in, false);
            case "voice_join" -> new ClientEvent.VoiceJoin(in);
            case "voice_leave" -> new ClientEvent.VoiceLeave(in);
            case "voice_answer" ->
                sdp == null ? new ClientEvent.Wrong("Expected a string as sdp") : new ClientEvent.VoiceAnswer(in, sdp);
            case "voice_ice_candidate" ->
                candidate == null
                        ? new ClientEvent.Wrong("Expected JSON of an ICE candidate as candidate")
                        : new ClientEvent.VoiceCandidate(
                                in, candidate.line(), candidate.sdpMid(), candidate.sdpMLineIndex());
            case "voice_mute" -> new ClientEvent.VoiceMute(in, true);
            default -> new ClientEvent.VoiceMute(in, false);
        };
    }

    private ClientEvent status() {
        ChosenStatus chosen = status == null ? null : ChosenStatus.of(status);
        return chosen == null
                ? new ClientEvent.Wrong("Expected online, away, busy, offline or invisible as status")
                : new ClientEvent.SetStatus(chosen);
    }

    private ClientEvent shown(EventType kind) {
        return shownIsWrong
                ? new ClientEvent.Wrong("Expected null or a small object")
                : new ClientEvent.Show(kind, shown);
    }
}
