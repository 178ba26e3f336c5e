package earshot.dialect.kaiku;

import java.nio.charset.StandardCharsets;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/** Streaming parsers; nothing here builds a tree. All faults of the text come out as {@link tools.jackson.core.JacksonException}. */
final class Json {
    static final int MAX_DEPTH = 64;

    /** Names are not remembered: clients choose them, and a shared table of them is theirs to fill. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .recyclerPool(JsonRecyclerPools.threadLocalPool())
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();

    private Json() {}

    static JsonParser parser(String text) {
        return FACTORY.createParser(ObjectReadContext.empty(), text);
    }

    static JsonParser parser(byte[] utf8) {
        return parser(new String(utf8, StandardCharsets.UTF_8));
    }
}
