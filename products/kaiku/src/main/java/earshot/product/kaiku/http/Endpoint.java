package earshot.product.kaiku.http;

import earshot.dialect.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * One thing that can be asked.
 *
 * @param template path with words in braces
 * @param limit what it counts as
 * @param open true: nobody has to say who they are
 */
record Endpoint(
        String method,
        String template,
        RateLimits.Category limit,
        boolean open,
        Function<Call, CompletionStage<HttpResponse>> handler) {

    static Endpoint open(
            String method,
            String template,
            RateLimits.Category limit,
            Function<Call, CompletionStage<HttpResponse>> handler) {
        return new Endpoint(method, template, limit, true, handler);
    }

    /** For who has said who they are, and counted as most are. */
    static Endpoint of(String method, String template, Function<Call, CompletionStage<HttpResponse>> handler) {
        return new Endpoint(method, template, RateLimits.Category.WRITE, false, handler);
    }

    static Endpoint of(
            String method,
            String template,
            RateLimits.Category limit,
            Function<Call, CompletionStage<HttpResponse>> handler) {
        return new Endpoint(method, template, limit, false, handler);
    }

    /** The words of the path where it fits the template; empty where it does not. */
    Optional<Map<String, String>> match(List<String> segments) {
        List<String> wanted = segments(template);
        if (wanted.size() != segments.size()) return Optional.empty();
        Map<String, String> words = new HashMap<>();
        for (int i = 0; i < wanted.size(); i++) {
            String part = wanted.get(i);
            if (part.startsWith("{")) words.put(part.substring(1, part.length() - 1), segments.get(i));
            else if (!part.equals(segments.get(i))) return Optional.empty();
        }
        return Optional.of(words);
    }

    /** The parts between slashes; an empty last one does not count. */
    static List<String> segments(String path) {
        List<String> parts = new ArrayList<>();
        int from = 1;
        while (from <= path.length()) {
            int slash = path.indexOf('/', from);
            int to = slash < 0 ? path.length() : slash;
            if (to < path.length() || to > from) parts.add(path.substring(from, to));
            from = to + 1;
        }
        return parts;
    }
}
