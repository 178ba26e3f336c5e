package earshot.dialect.kaiku;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * A client's ICE candidate: JSON of an {@code RTCIceCandidateInit} in a string; also the same as an object, or a bare candidate line
 * (protocols/kaiku.md section 2).
 *
 * @param line empty: there are no more
 */
record Candidate(String line, @Nullable String sdpMid, int sdpMLineIndex) {
    private static final int MAX_CHARS = 4096;
    private static final int MAX_LINES = 64;

    /** Null: it is none. */
    static @Nullable Candidate read(JsonParser parser, JsonToken value) {
        if (value == JsonToken.START_OBJECT) return members(parser);
        if (value != JsonToken.VALUE_STRING) {
            parser.skipChildren();
            return null;
        }
        return parser.getStringLength() > MAX_CHARS ? null : ofText(parser.getString());
    }

    private static @Nullable Candidate ofText(String text) {
        String stripped = text.strip();
        if (!stripped.startsWith("{")) {
            boolean isLine = stripped.isEmpty() || stripped.startsWith("candidate:") || stripped.startsWith("a=");
            return isLine ? new Candidate(stripped, null, 0) : null;
        }
        try (JsonParser inner = Json.parser(stripped)) {
            inner.nextToken();
            return members(inner);
        } catch (JacksonException e) {
            return null;
        }
    }

    private static @Nullable Candidate members(JsonParser parser) {
        String line = null;
        String mid = null;
        int index = 0;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "candidate" -> line = text(parser, value);
                case "sdpMid" -> mid = text(parser, value);
                case "sdpMLineIndex" -> index = index(parser, value);
                default -> parser.skipChildren();
            }
        }
        return line == null || index < 0 ? null : new Candidate(line, mid, index);
    }

    private static @Nullable String text(JsonParser parser, JsonToken value) {
        if (value == JsonToken.VALUE_STRING && parser.getStringLength() <= MAX_CHARS) return parser.getString();
        parser.skipChildren();
        return null;
    }

    private static int index(JsonParser parser, JsonToken value) {
        if (value == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() == JsonParser.NumberType.INT) {
            int index = parser.getIntValue();
            return index <= MAX_LINES ? index : -1;
        }
        parser.skipChildren();
        return value == JsonToken.VALUE_NULL ? 0 : -1;
    }
}
