package earshot.server.api;

import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.UserId;
import earshot.dialect.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** One call, with what it says read by name. Reading throws {@link ApiRefusal} that names the field. */
final class ApiCall {
    private static final int MAX_WORD_CHARS = 512;
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(64).build())
            .build());

    private final HttpRequest request;
    private final Map<String, String> pathWords;
    private @Nullable JsonNode body;

    ApiCall(HttpRequest request, Map<String, String> pathWords) {
        this.request = request;
        this.pathWords = pathWords;
    }

    HttpRequest request() {
        return request;
    }

    /** A word of the path; the route's template has it. */
    String path(String name) {
        String word = pathWords.getOrDefault(name, "");
        if (word.isEmpty() || word.length() > MAX_WORD_CHARS)
            throw ApiRefusal.invalid(name, word.length() + " characters (expected: 1.." + MAX_WORD_CHARS + ")");
        return word;
    }

    Optional<String> query(String name) {
        return request.queryParam(name).filter(v -> !v.isEmpty());
    }

    List<String> queries(String name) {
        return request.query().getOrDefault(name, List.of());
    }

    int limit(int fallback, int most) {
        return query("limit").map(text -> number(text, most)).orElse(fallback);
    }

    private static int number(String text, int most) {
        try {
            int value = Integer.parseInt(text);
            if (value >= 1 && value <= most) return value;
        } catch (NumberFormatException e) {
            // said below
        }
        throw ApiRefusal.invalid("limit", "expected 1.." + most);
    }

    boolean flag(String name) {
        String word = query(name).orElse("false");
        if (word.equals("true")) return true;
        if (word.equals("false")) return false;
        throw ApiRefusal.invalid(name, "expected true or false");
    }

    /** The body, a JSON object. */
    JsonNode body() {
        JsonNode known = body;
        if (known == null) {
            known = parsed();
            body = known;
        }
        return known;
    }

    private JsonNode parsed() {
        try {
            JsonNode read = JSON.readTree(request.body());
            if (read != null && read.isObject()) return read;
        } catch (JacksonException e) {
            // said below: nothing of a parser's words reaches a caller
        }
        throw ApiRefusal.invalid("body", "expected a JSON object");
    }

    /** Refuses members that nobody would look at: a misspelt one would be lost without a word. */
    ApiCall allowing(String... members) {
        List<String> known = List.of(members);
        for (String name : body().propertyNames()) {
            if (!known.contains(name))
                throw ApiRefusal.invalid(
                        name.length() > 40 ? "body" : name, "expected one of " + String.join(", ", known));
        }
        return this;
    }

    String text(String field, int most) {
        return maybeText(field, most).orElseThrow(() -> ApiRefusal.invalid(field, "missing"));
    }

    Optional<String> maybeText(String field, int most) {
        JsonNode node = body().path(field);
        if (node.isMissingNode() || node.isNull()) return Optional.empty();
        return Optional.of(textOf(node, field, most));
    }

    static String textOf(JsonNode node, String field, int most) {
        if (!node.isString()) throw ApiRefusal.invalid(field, "expected a string");
        String text = node.asString();
        if (text.isEmpty() || text.length() > most)
            throw ApiRefusal.invalid(field, text.length() + " characters (expected: 1.." + most + ")");
        return text;
    }

    long count(String field) {
        JsonNode node = body().path(field);
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.asLong() < 0)
            throw ApiRefusal.invalid(field, "expected a whole number, 0 or more");
        return node.asLong();
    }

    /** How a user looks: {@code {id, name, avatar?, attributes?}}; without a name the id is shown. */
    Optional<Profile> profile(String field, String realm) {
        JsonNode node = body().path(field);
        if (node.isMissingNode() || node.isNull()) return Optional.empty();
        if (!node.isObject()) throw ApiRefusal.invalid(field, "expected {id, name}");
        String id = textOf(node.path("id"), field + ".id", 128);
        String itsRealm = node.path("realm").isString() ? node.path("realm").asString() : realm;
        return Optional.of(profileOf(node, field + ".", ApiSubjects.user(field + ".id", itsRealm, id)));
    }

    static Profile profileOf(JsonNode node, String prefix, UserId user) {
        String name = isGiven(node, "name") ? textOf(node.path("name"), prefix + "name", 200) : user.id();
        String avatar = isGiven(node, "avatar") ? textOf(node.path("avatar"), prefix + "avatar", 2000) : null;
        JsonNode attributes = node.path("attributes");
        if (!isGiven(node, "attributes")) return new Profile(user, name, avatar, Profile.NO_ATTRIBUTES);
        if (!attributes.isObject()) throw ApiRefusal.invalid(prefix + "attributes", "expected a JSON object");
        return new Profile(user, name, avatar, attributes.toString());
    }

    private static boolean isGiven(JsonNode node, String field) {
        return !node.path(field).isMissingNode() && !node.path(field).isNull();
    }

    @Nullable
    String idempotencyKey() {
        Optional<String> key = request.header("idempotency-key").filter(k -> !k.isEmpty());
        if (key.isPresent() && key.get().length() > earshot.core.message.Draft.MAX_IDEMPOTENCY_KEY_CHARS)
            throw new ApiRefusal(
                    Problem.INVALID,
                    "Idempotency-Key: " + key.get().length() + " characters (expected: 1.."
                            + earshot.core.message.Draft.MAX_IDEMPOTENCY_KEY_CHARS + ")");
        return key.orElse(null);
    }
}
