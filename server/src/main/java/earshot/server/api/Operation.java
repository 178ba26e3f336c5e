package earshot.server.api;

import earshot.dialect.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be asked of the server API.
 *
 * @param id as the OpenAPI document names it
 * @param template path with words in braces
 * @param scope null: open to everybody
 */
record Operation(
        String id,
        String method,
        String template,
        @Nullable Scope scope,
        Function<ApiCall, CompletionStage<HttpResponse>> handler) {

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

    /** How many words of the template are fixed: the more, the better a match. */
    long fixedWords() {
        return segments(template).stream().filter(s -> !s.startsWith("{")).count();
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
