package earshot.dialect.kaiku;

import earshot.dialect.JsonBytes;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Writes again what a parser reads: the same value without blanks, in valid UTF-8, with unescaped names and texts escaped as we do. */
final class JsonCopy {
    private JsonCopy() {}

    /** The value at which the parser stands; afterwards it stands at its end. */
    static byte[] value(JsonParser parser) {
        JsonBytes out = new JsonBytes(256);
        value(parser, out);
        return out.done();
    }

    static void value(JsonParser parser, JsonBytes out) {
        JsonToken token = parser.currentToken();
        switch (token) {
            case START_OBJECT -> object(parser, out);
            case START_ARRAY -> array(parser, out);
            case VALUE_STRING -> out.string(parser.getString());
            // As it was written: nothing is rounded.
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                out.raw(parser.getString().getBytes(StandardCharsets.US_ASCII));
            case VALUE_TRUE -> out.bool(true);
            case VALUE_FALSE -> out.bool(false);
            default -> out.raw("null");
        }
    }

    private static void object(JsonParser parser, JsonBytes out) {
        out.raw('{');
        boolean first = true;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            if (!first) out.raw(',');
            first = false;
            out.string(parser.currentName()).raw(':');
            parser.nextToken();
            value(parser, out);
        }
        out.raw('}');
    }

    private static void array(JsonParser parser, JsonBytes out) {
        out.raw('[');
        boolean first = true;
        for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
            if (!first) out.raw(',');
            first = false;
            value(parser, out);
        }
        out.raw(']');
    }
}
