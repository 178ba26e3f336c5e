package earshot.gateway.engineio;

import earshot.dialect.EngineIo;
import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What pages of other sites may do, and how their browsers are told (the CORS protocol of https://fetch.spec.whatwg.org). Immutable. */
public final class CorsRules {
    private static final String METHODS = "GET,HEAD,PUT,PATCH,POST,DELETE";

    private final EngineIo.Cors cors;

    public CorsRules(EngineIo.Cors cors) {
        this.cors = cors;
    }

    /** Whether a WebSocket may be opened: browsers ask nobody about those but us. */
    public boolean permits(HttpRequest request) {
        Optional<String> origin = request.header("origin");
        return origin.isEmpty() || cors.any() || isListed(origin.get()) || isOwn(request, origin.get());
    }

    private boolean isListed(String origin) {
        return cors.origins().contains(origin);
    }

    private static boolean isOwn(HttpRequest request, String origin) {
        int scheme = origin.indexOf("://");
        return scheme > 0
                && request.header("host")
                        .map(h -> h.toLowerCase(Locale.ROOT))
                        .filter(origin.substring(scheme + 3).toLowerCase(Locale.ROOT)::equals)
                        .isPresent();
    }

    /** The answer with what a browser must read before it shows it to its page. Who is not permitted gets it without. */
    public HttpResponse mark(HttpRequest request, HttpResponse response) {
        Map<String, String> headers = new LinkedHashMap<>(response.headers());
        addTo(headers, request);
        return new HttpResponse(response.status(), headers, response.body());
    }

    /** The answer to the question that a browser asks before an unusual request. */
    public HttpResponse preflight(HttpRequest request) {
        Map<String, String> headers = new LinkedHashMap<>();
        addTo(headers, request);
        headers.put("access-control-allow-methods", METHODS);
        request.header("access-control-request-headers").ifPresent(asked -> {
            headers.put("access-control-allow-headers", asked);
            headers.merge("vary", "Access-Control-Request-Headers", (a, b) -> a + ", " + b);
        });
        return new HttpResponse(204, headers, new byte[0]);
    }

    private void addTo(Map<String, String> headers, HttpRequest request) {
        if (cors.any() && !cors.credentials()) {
            headers.put("access-control-allow-origin", "*");
            return;
        }
        headers.put("vary", "Origin");
        request.header("origin").filter(_ -> permits(request)).ifPresent(origin -> {
            headers.put("access-control-allow-origin", origin);
            if (cors.credentials()) headers.put("access-control-allow-credentials", "true");
        });
    }
}
