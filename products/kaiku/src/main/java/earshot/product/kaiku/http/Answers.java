package earshot.product.kaiku.http;

import earshot.dialect.HttpResponse;
import earshot.product.kaiku.Refusal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What is answered, as JSON. */
final class Answers {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] NOTHING = {};

    private Answers() {}

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    static ArrayNode array() {
        return JSON.createArrayNode();
    }

    static <T> ArrayNode array(Collection<T> items, Function<T, ? extends JsonNode> each) {
        ArrayNode all = array();
        for (T item : items) all.add(each.apply(item));
        return all;
    }

    static HttpResponse ok(JsonNode body) {
        return json(200, body);
    }

    static HttpResponse created(JsonNode body) {
        return json(201, body);
    }

    static HttpResponse json(int status, JsonNode body) {
        return HttpResponse.json(status, body.toString()).with("cache-control", "no-store");
    }

    /** What the original's {@code Json(())} is. */
    static HttpResponse nothing() {
        return HttpResponse.json(200, "null").with("cache-control", "no-store");
    }

    static HttpResponse noContent() {
        return new HttpResponse(204, Map.of("cache-control", "no-store"), NOTHING);
    }

    /** {@code {"error":CODE,"message":text}}, and what else the refusal says. */
    static HttpResponse refused(Refusal refusal) {
        ObjectNode body = object().put("error", refusal.code());
        body.put("message", refusal.message());
        refusal.more().forEach((name, value) -> {
            if (value instanceof Integer number) body.put(name, number);
            else body.put(name, String.valueOf(value));
        });
        return json(refusal.status(), body);
    }

    static HttpResponse error(int status, String code, String message) {
        return refused(new Refusal(status, code, message));
    }

    static CompletionStage<HttpResponse> done(HttpResponse response) {
        return CompletableFuture.completedStage(response);
    }

    /** RFC 3339, in UTC, with milliseconds where there are any. */
    static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    static @Nullable String maybeTime(long millis) {
        return millis == 0 || millis == Long.MAX_VALUE ? null : time(millis);
    }

    static byte[] bytes(JsonNode body) {
        return body.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** What was written by {@link #bytes}, or by another server of the product; null: it is no object. */
    static @Nullable ObjectNode parsed(byte[] bytes) {
        try {
            return JSON.readTree(bytes) instanceof ObjectNode object ? object : null;
        } catch (tools.jackson.core.JacksonException _) {
            return null;
        }
    }
}
