package earshot.dialect.graphwiz;

import earshot.dialect.JsonBytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * JSON as small trees: Map, List, String, {@link Num}, Boolean and null. Depth, and the lengths of numbers and names, are limited before anything is built;
 * the length of the whole is its message's.
 */
final class Json {
    /** protocols/graphwiz.md section 19, Java notes. */
    static final int MAX_DEPTH = 32;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(100)
                    .maxNameLength(1000)
                    .build())
            .recyclerPool(JsonRecyclerPools.threadLocalPool())
            .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            .build();

    /** A number as it was written. */
    record Num(String text) {
        double value() {
            return Double.parseDouble(text);
        }
    }

    private Json() {}

    /** Null when the whole is no JSON, or too deep. Of two members with one name the last counts. */
    static @Nullable Object read(byte[] bytes, int from, int length) {
        try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), bytes, from, length)) {
            JsonToken first = json.nextToken();
            if (first == null) return null;
            Object value = value(json, first);
            return json.nextToken() == null ? value : null;
        } catch (JacksonException notJson) {
            return null;
        }
    }

    static @Nullable Object read(byte[] bytes) {
        return read(bytes, 0, bytes.length);
    }

    /** An object, or null. */
    @SuppressWarnings("unchecked") // what read() makes of an object has no other keys
    static @Nullable Map<String, @Nullable Object> object(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : null;
    }

    /** As deep as the parser lets it be. */
    private static @Nullable Object value(JsonParser json, JsonToken token) {
        return switch (token) {
            case START_OBJECT -> members(json);
            case START_ARRAY -> elements(json);
            case VALUE_STRING -> json.getString();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Num(json.getString());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL, VALUE_EMBEDDED_OBJECT, END_OBJECT, END_ARRAY, PROPERTY_NAME, NOT_AVAILABLE -> null;
        };
    }

    private static Map<String, @Nullable Object> members(JsonParser json) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            map.put(name, value(json, json.nextToken()));
        }
        return map;
    }

    private static List<@Nullable Object> elements(JsonParser json) {
        List<@Nullable Object> list = new ArrayList<>();
        for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken())
            list.add(value(json, token));
        return list;
    }

    // --- writing

    static void write(@Nullable Object value, JsonBytes to) {
        switch (value) {
            case null -> to.raw("null");
            case String s -> to.string(s);
            case Num n -> to.raw(n.text());
            case Boolean b -> to.bool(b);
            case Map<?, ?> map -> members(map, to);
            case List<?> list -> elements(list, to);
            default -> throw new IllegalArgumentException("no value of JSON: " + value.getClass());
        }
    }

    private static void members(Map<?, ?> map, JsonBytes to) {
        char before = '{';
        if (map.isEmpty()) to.raw('{');
        for (Map.Entry<?, ?> member : map.entrySet()) {
            to.raw(before).string(String.valueOf(member.getKey())).raw(':');
            write(member.getValue(), to);
            before = ',';
        }
        to.raw('}');
    }

    private static void elements(List<?> list, JsonBytes to) {
        char before = '[';
        if (list.isEmpty()) to.raw('[');
        for (Object element : list) {
            to.raw(before);
            write(element, to);
            before = ',';
        }
        to.raw(']');
    }

    /** Compact. */
    static byte[] bytes(@Nullable Object value) {
        var to = new JsonBytes(64);
        write(value, to);
        return to.done();
    }

    static String text(@Nullable Object value) {
        return new String(bytes(value), StandardCharsets.UTF_8);
    }
}
