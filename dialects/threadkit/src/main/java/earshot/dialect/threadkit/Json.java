package earshot.dialect.threadkit;

import java.nio.charset.StandardCharsets;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonFactoryBuilder;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * Streaming parsers over UTF-8 bytes; nothing here builds a tree. Limits: {@value #MAX_DEPTH} levels; a message is as long as its frame at
 * most. All faults of the text come out as {@link tools.jackson.core.JacksonException}.
 */
final class Json {
    static final int MAX_DEPTH = 64;

    /** Names are not remembered: clients choose them, and a shared table of them is theirs to fill. */
    private static final JsonFactory FROM_CLIENTS = base().disable(
                    TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .build();

    /** Knows byte offsets, which the other does not. */
    private static final JsonFactory FROM_SERVERS = base().build();

    private Json() {}

    /** By way of a string: Jackson 3.2.4 cannot read bytes with neither names remembered nor the encoding guessed. */
    static JsonParser fromClient(byte[] utf8) {
        return fromText(new String(utf8, StandardCharsets.UTF_8));
    }

    /** Its {@link JsonParser#currentTokenLocation} and {@link JsonParser#currentLocation} tell byte offsets. */
    static JsonParser fromServer(byte[] utf8) {
        return FROM_SERVERS.createParser(ObjectReadContext.empty(), utf8);
    }

    static JsonParser fromText(String text) {
        return FROM_CLIENTS.createParser(ObjectReadContext.empty(), text);
    }

    /** Whether the parser stands at a whole number that a long can hold. */
    static boolean atLong(JsonParser parser) {
        return parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
    }

    private static JsonFactoryBuilder base() {
        return JsonFactory.builder()
                .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
                .recyclerPool(JsonRecyclerPools.threadLocalPool())
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .build());
    }
}
