package earshot.dialect.summit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * Reads the JSON of one packet in one pass, without a tree: it must be JSON from end to end, its depth and the lengths of its names and numbers are
 * limited, and what is passed on stays where it is. One per packet, for one thread.
 */
final class JsonReader {
    private static final int MAX_DEPTH = 64;
    private static final int MAX_ARGUMENTS = 256;
    private static final int MAX_MEMBERS = 256;
    private static final String PLACEHOLDER = "_placeholder";
    private static final String NUM = "num";
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(400)
                    .maxNameLength(1000)
                    .build())
            .recyclerPool(JsonRecyclerPools.threadLocalPool())
            .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            .build();

    /**
     * The array of an event or an ack.
     *
     * @param values one for each argument, the name of an event included
     * @param second the members of the second value, where that is an object
     */
    record Arguments(List<Slice> values, Members second) {}

    private final byte[] bytes;
    private final int start;
    private final JsonParser json;

    private JsonReader(byte[] bytes, int start, JsonParser json) {
        this.bytes = bytes;
        this.start = start;
        this.json = json;
    }

    /** What one reading makes. */
    @FunctionalInterface
    private interface Reading<T> {
        @Nullable
        T of(JsonReader reader);
    }

    /** Null: no array, or no JSON. */
    static @Nullable Arguments arguments(byte[] bytes, int from) {
        return read(bytes, from, JsonReader::arguments);
    }

    /** Null: no object, or no JSON. */
    static @Nullable Members object(byte[] bytes, int from) {
        return read(bytes, from, JsonReader::object);
    }

    /** The members of an object that was read before. */
    static Members members(Slice object) {
        Members found = read(object.bytes(), 0, JsonReader::object);
        return found == null ? Members.NONE : found;
    }

    /**
     * Whether every placeholder for an attachment names one that is there: a receiver's parser ends the connection at one that does not
     * ({@code socket.io-parser@4 binary.ts}), so nobody may send one to others.
     */
    static boolean hasSoundPlaceholders(byte[] bytes, int from, int attachments) {
        return Boolean.TRUE.equals(read(bytes, from, reader -> reader.placeholders(attachments)));
    }

    private static <T> @Nullable T read(byte[] bytes, int from, Reading<T> reading) {
        if (!mayBeUtf8Json(bytes, from)) return null;
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), bytes, from, bytes.length - from)) {
            return reading.of(new JsonReader(bytes, from, json));
        } catch (JacksonException notJson) {
            return null;
        }
    }

    /** The parser guesses UTF-16 and UTF-32 from zeros and marks at the start; a text frame is UTF-8 and nothing else. */
    private static boolean mayBeUtf8Json(byte[] bytes, int from) {
        for (int i = from; i < Math.min(from + 4, bytes.length); i++) if (bytes[i] == 0) return false;
        return from < bytes.length && bytes[from] >= 0;
    }

    // ---- arrays and objects

    private @Nullable Arguments arguments() {
        if (json.nextToken() != JsonToken.START_ARRAY) return null;
        List<Slice> values = new ArrayList<>(2);
        Members second = Members.NONE;
        for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
            if (token == null || values.size() == MAX_ARGUMENTS) return null;
            if (values.size() == 1 && token == JsonToken.START_OBJECT) {
                int from = at(json.currentTokenLocation().getByteOffset());
                second = membersHere();
                values.add(slice(from, Slice.Kind.OBJECT, null));
            } else {
                values.add(value(token));
            }
        }
        return json.nextToken() == null ? new Arguments(values, second) : null;
    }

    private @Nullable Members object() {
        if (json.nextToken() != JsonToken.START_OBJECT) return null;
        Members members = membersHere();
        return json.nextToken() == null ? members : null;
    }

    /** Members beyond the limit are passed over: nobody asks for so many. */
    private Members membersHere() {
        Members members = Members.collecting();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            Slice value = value(json.nextToken());
            if (members.size() < MAX_MEMBERS) members.put(name, value);
        }
        return members;
    }

    private Slice value(@Nullable JsonToken token) {
        int from = at(json.currentTokenLocation().getByteOffset());
        return switch (token) {
            case START_OBJECT -> whole(from, Slice.Kind.OBJECT);
            case START_ARRAY -> whole(from, Slice.Kind.ARRAY);
            case VALUE_STRING -> {
                String text = json.getString();
                yield slice(from, Slice.Kind.STRING, text);
            }
            case VALUE_TRUE -> slice(from, Slice.Kind.TRUE, null);
            case VALUE_FALSE -> slice(from, Slice.Kind.FALSE, null);
            case VALUE_NULL -> slice(from, Slice.Kind.NULL, null);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                String digits = json.getString();
                yield new Slice(bytes, from, from + digits.length(), Slice.Kind.NUMBER, null);
            }
            case null, default -> throw new IllegalStateException("token: " + token + " (expected: a value)");
        };
    }

    private Slice whole(int from, Slice.Kind kind) {
        json.skipChildren();
        return slice(from, kind, null);
    }

    private Slice slice(int from, Slice.Kind kind, @Nullable String text) {
        return new Slice(bytes, from, at(json.currentLocation().getByteOffset()), kind, text);
    }

    private int at(long offset) {
        return start + (int) offset;
    }

    // ---- placeholders

    private boolean placeholders(int attachments) {
        boolean[] placeholder = new boolean[MAX_DEPTH + 2];
        boolean[] named = new boolean[MAX_DEPTH + 2];
        int depth = 0;
        for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
            if (token == JsonToken.END_OBJECT) {
                if (placeholder[depth] && !named[depth]) return false;
                depth--;
                continue;
            }
            if (token == JsonToken.PROPERTY_NAME || token == JsonToken.END_ARRAY) continue;
            String name = json.currentName();
            if (PLACEHOLDER.equals(name)) placeholder[depth] = token == JsonToken.VALUE_TRUE;
            else if (NUM.equals(name)) named[depth] = token == JsonToken.VALUE_NUMBER_INT && isIndex(attachments);
            if (token == JsonToken.START_OBJECT) {
                depth++;
                placeholder[depth] = false;
                named[depth] = false;
            }
        }
        return true;
    }

    private boolean isIndex(int attachments) {
        return json.getNumberType() == JsonParser.NumberType.INT
                && json.getIntValue() >= 0
                && json.getIntValue() < attachments;
    }
}
