package earshot.dialect.kaiku;

import earshot.dialect.JsonBytes;
import earshot.dialect.WireUuid;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * An event as clients read it: one flat JSON object whose first member is its type. Made from what a product says, or what another node passed on.
 *
 * @param json as it goes to clients
 * @param userId the member {@code user_id}; null: none
 */
record EventText(EventType type, byte[] json, @Nullable UUID userId) {
    static final int MAX_BYTES = 256 << 10;

    private static final byte[] BEGIN = "{\"type\":\"".getBytes(StandardCharsets.US_ASCII);

    /** Checks the whole text; writes it anew with the type in front. Null: it is none. */
    static @Nullable EventText read(byte[] utf8) {
        if (utf8.length > MAX_BYTES) return null;
        String type = null;
        UUID user = null;
        JsonBytes rest = new JsonBytes(utf8.length + 32);
        try (JsonParser parser = Json.parser(utf8)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) return null;
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals("type")) {
                    if (value != JsonToken.VALUE_STRING || type != null) return null;
                    type = parser.getString();
                    continue;
                }
                if (name.equals("user_id") && value == JsonToken.VALUE_STRING)
                    user = WireUuid.parse(parser.getString());
                rest.raw(',').string(name).raw(':');
                JsonCopy.value(parser, rest);
            }
            if (parser.nextToken() != null || type == null || type.isEmpty()) return null;
        } catch (JacksonException e) {
            return null;
        }
        EventType known = EventType.of(type);
        byte[] members = rest.done();
        byte[] json = new JsonBytes(members.length + type.length() + 16)
                .raw("{\"type\":")
                .string(type)
                .raw(members)
                .raw('}')
                .done();
        return new EventText(known == null ? EventType.OTHER : known, json, user);
    }

    /** A look at the ends, for what was checked where it came in. */
    static boolean isOne(byte[] json) {
        return json.length > BEGIN.length + 2
                && Arrays.equals(json, 0, BEGIN.length, BEGIN, 0, BEGIN.length)
                && json[json.length - 1] == '}';
    }

    /** Who did it, of an event that names somebody. */
    static @Nullable UUID userOf(byte[] json) {
        EventText text = read(json);
        return text == null ? null : text.userId();
    }
}
