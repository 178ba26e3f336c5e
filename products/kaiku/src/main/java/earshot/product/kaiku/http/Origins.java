package earshot.product.kaiku.http;

import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which pages of other sites may ask, with their visitors' cookies (Fetch standard, CORS protocol). The origin is echoed, since a star goes without cookies.
 *
 * @param any every site; for development
 * @param allowed as browsers send them, {@code https://app.example.org}
 */
public record Origins(boolean any, Set<String> allowed) {
    private static final String METHODS = "GET, POST, PUT, PATCH, DELETE, OPTIONS";
    private static final String HEADERS = "content-type, authorization, x-request-id, x-refresh-token, idempotency-key";
    private static final String SHOWN = "x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, retry-after";

    public Origins {
        allowed = Set.copyOf(allowed);
    }

    HttpResponse preflight(HttpRequest request) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("allow", METHODS);
        origin(request).ifPresent(origin -> {
            say(headers, origin);
            headers.put("access-control-allow-methods", METHODS);
            headers.put("access-control-allow-headers", HEADERS);
            headers.put("access-control-max-age", "600");
        });
        return new HttpResponse(204, Map.copyOf(headers), new byte[0]);
    }

    HttpResponse allowing(HttpRequest request, HttpResponse response) {
        Optional<String> origin = origin(request);
        if (origin.isEmpty()) return response;
        Map<String, String> headers = new LinkedHashMap<>(response.headers());
        say(headers, origin.get());
        headers.put("access-control-expose-headers", SHOWN);
        return new HttpResponse(response.status(), Map.copyOf(headers), response.body());
    }

    private static void say(Map<String, String> headers, String origin) {
        headers.put("access-control-allow-origin", origin);
        headers.put("access-control-allow-credentials", "true");
        headers.put("vary", "origin");
    }

    private Optional<String> origin(HttpRequest request) {
        return request.header("origin").filter(origin -> any || allowed.contains(origin));
    }
}
