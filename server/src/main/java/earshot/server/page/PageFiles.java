package earshot.server.page;

import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.HttpRoute;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The page on {@code /} and what belongs to it, from the class path. Thread-safe; a file is read once. Pages load nothing from elsewhere and are
 * shown in no other page.
 */
public final class PageFiles {
    private static final String ROOT = "/page";
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "json", "application/json",
            "yaml", "application/yaml; charset=utf-8");
    private static final String POLICY =
            "default-src 'self'; connect-src 'self' ws: wss:; style-src 'self' 'unsafe-inline';"
                    + " img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    private record Loaded(byte[] bytes, String type, String tag) {}

    private final Map<String, Loaded> loaded = new ConcurrentHashMap<>();
    private final boolean demos;

    /** @param demos false: nothing under {@code /demo/} */
    public PageFiles(boolean demos) {
        this.demos = demos;
    }

    public List<HttpRoute> routes() {
        return List.of(
                new HttpRoute("GET", "/", 0, request -> page(request, "/index.html")),
                new HttpRoute("GET", "/*", 0, request -> page(request, request.path())),
                new HttpRoute("GET", "/docs/*", 0, this::document));
    }

    private CompletionStage<HttpResponse> page(HttpRequest request, String path) {
        boolean hidden = path.startsWith("/demo/") && !demos;
        return done(hidden || !isPlain(path) ? notFound() : served(request, ROOT + path));
    }

    /** AsyncAPI documents are resources of their dialects' modules. */
    private CompletionStage<HttpResponse> document(HttpRequest request) {
        String name = request.path().substring("/docs".length());
        return done(name.matches("/asyncapi-[a-z]+\\.yaml") ? served(request, name) : notFound());
    }

    /** Letters, digits, single dots and slashes: nothing that could climb out of the directory. */
    private static boolean isPlain(String path) {
        return path.matches("(/[a-z0-9][a-z0-9-]*)+\\.[a-z]+");
    }

    private HttpResponse served(HttpRequest request, String resource) {
        Optional<Loaded> file = load(resource);
        if (file.isEmpty()) return notFound();
        Loaded found = file.get();
        Map<String, String> headers = Map.of(
                "content-type",
                found.type(),
                "etag",
                found.tag(),
                "cache-control",
                "no-cache",
                "x-content-type-options",
                "nosniff",
                "referrer-policy",
                "no-referrer",
                "content-security-policy",
                POLICY);
        return request.header("if-none-match").filter(found.tag()::equals).isPresent()
                ? new HttpResponse(304, headers, new byte[0])
                : new HttpResponse(200, headers, found.bytes());
    }

    private Optional<Loaded> load(String resource) {
        Loaded known = loaded.get(resource);
        if (known != null) return Optional.of(known);
        String type = TYPES.get(resource.substring(resource.lastIndexOf('.') + 1));
        if (type == null) return Optional.empty();
        try (InputStream in = PageFiles.class.getResourceAsStream(resource)) {
            if (in == null) return Optional.empty();
            byte[] bytes = in.readAllBytes();
            Loaded fresh = new Loaded(bytes, type, tag(bytes));
            loaded.put(resource, fresh);
            return Optional.of(fresh);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String tag(byte[] bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return "\"" + HexFormat.of().formatHex(hash, 0, 8) + "\"";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static HttpResponse notFound() {
        return HttpResponse.text(404, "Not found");
    }

    private static CompletionStage<HttpResponse> done(HttpResponse response) {
        return CompletableFuture.completedStage(response);
    }
}
