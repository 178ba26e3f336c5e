package earshot.product.kaiku.http;

import earshot.dialect.HttpRequest;
import earshot.dialect.WireUuid;
import earshot.product.kaiku.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** One request, with what it says read by name. Reading throws {@link Refusal} that names what is wrong. Confined to one thread at a time. */
final class Call {
    private static final int MAX_DEPTH = 32;
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build());

    private final HttpRequest request;
    private final Map<String, String> words;
    private final @Nullable UUID user;
    private @Nullable JsonNode body;

    /** @param user null: nobody had to say who they are */
    Call(HttpRequest request, Map<String, String> words, @Nullable UUID user) {
        this.request = request;
        this.words = words;
        this.user = user;
    }

    HttpRequest request() {
        return request;
    }

    /** Who asks; only where the route needs it. */
    UUID user() {
        if (user == null) throw new IllegalStateException("user: not asked for by this route");
        return user;
    }

    String word(String name) {
        return words.getOrDefault(name, "");
    }

    /** An id in the path. */
    UUID id(String name) {
        return parsed(name, word(name));
    }

    Optional<String> query(String name) {
        return request.queryParam(name).filter(v -> !v.isEmpty());
    }

    /** @param fallback also for what is no number; others are moved into the range, as the original does */
    int limit(int fallback, int most) {
        return query("limit").map(text -> number(text, fallback, most)).orElse(fallback);
    }

    private static int number(String text, int fallback, int most) {
        try {
            return Math.clamp(Long.parseLong(text), 1, most);
        } catch (NumberFormatException _) {
            return fallback;
        }
    }

    boolean hasBody() {
        return request.body().length > 0;
    }

    /** The body, a JSON object; an empty one where there is none. */
    JsonNode body() {
        JsonNode known = body;
        if (known == null) {
            known = read();
            body = known;
        }
        return known;
    }

    private JsonNode read() {
        if (!hasBody()) return JSON.createObjectNode();
        try {
            JsonNode read = JSON.readTree(request.body());
            if (read != null && read.isObject()) return read;
        } catch (JacksonException _) {
            // Said below: nothing of a parser's words reaches a client.
        }
        throw Refusal.invalid("body: expected a JSON object");
    }

    boolean has(String field) {
        JsonNode node = body().path(field);
        return !node.isMissingNode() && !node.isNull();
    }

    /** In Unicode characters. */
    String text(String field, int least, int most, String otherwise) {
        return maybeText(field, least, most, otherwise).orElseThrow(() -> Refusal.invalid(field + ": missing"));
    }

    Optional<String> maybeText(String field, int least, int most, String otherwise) {
        if (!has(field)) return Optional.empty();
        JsonNode node = body().path(field);
        if (!node.isString()) throw Refusal.invalid(field + ": expected a string");
        String text = node.asString();
        int chars = text.codePointCount(0, text.length());
        if (chars < least || chars > most || text.indexOf('\0') >= 0) throw Refusal.invalid(otherwise);
        return Optional.of(text);
    }

    Optional<Integer> maybeInt(String field, int least, int most, String otherwise) {
        if (!has(field)) return Optional.empty();
        JsonNode node = body().path(field);
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.asInt() < least || node.asInt() > most)
            throw Refusal.invalid(otherwise);
        return Optional.of(node.asInt());
    }

    /** A number of bits, 0 or more. */
    Optional<Long> maybeBits(String field) {
        if (!has(field)) return Optional.empty();
        JsonNode node = body().path(field);
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.asLong() < 0)
            throw Refusal.invalid(field + ": expected a whole number, 0 or more");
        return Optional.of(node.asLong());
    }

    boolean flag(String field, boolean fallback) {
        if (!has(field)) return fallback;
        JsonNode node = body().path(field);
        if (!node.isBoolean()) throw Refusal.invalid(field + ": expected true or false");
        return node.asBoolean();
    }

    UUID bodyId(String field) {
        return maybeBodyId(field).orElseThrow(() -> Refusal.invalid(field + ": missing"));
    }

    Optional<UUID> maybeBodyId(String field) {
        if (!has(field)) return Optional.empty();
        JsonNode node = body().path(field);
        return Optional.of(parsed(field, node.isString() ? node.asString() : ""));
    }

    List<UUID> bodyIds(String field, int least, int most, String otherwise) {
        JsonNode node = body().path(field);
        if (!node.isArray() || node.size() < least || node.size() > most) throw Refusal.invalid(otherwise);
        List<UUID> ids = new ArrayList<>();
        for (JsonNode each : node) ids.add(parsed(field, each.isString() ? each.asString() : ""));
        return ids;
    }

    private static UUID parsed(String name, String text) {
        UUID id = WireUuid.parse(text);
        if (id == null) throw Refusal.invalid(name + ": expected a UUID");
        return id;
    }
}
