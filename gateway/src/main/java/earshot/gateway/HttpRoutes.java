package earshot.gateway;

import earshot.dialect.HttpResponse;
import earshot.dialect.HttpRoute;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;

/** Which route answers which request: an exact path before any prefix, a longer prefix before a shorter one. Immutable. */
final class HttpRoutes {
    /** What a lookup finds. */
    sealed interface Found {
        record Route(HttpRoute route) implements Found {}

        /** The path exists, the method does not. {@code allowed} is for the {@code Allow} header. */
        record WrongMethod(String allowed) implements Found {}

        record Nothing() implements Found {}
    }

    /** What a path without a route is answered with, unless the server has something better. */
    static final HttpRoute.Handler NOT_FOUND =
            _ -> CompletableFuture.completedStage(HttpResponse.text(404, "Not Found"));

    private record Prefix(String path, List<HttpRoute> routes) {}

    private final Map<String, List<HttpRoute>> exact = new HashMap<>();
    private final List<Prefix> prefixes;

    HttpRoutes(Collection<HttpRoute> routes) {
        Map<String, List<HttpRoute>> byPrefix = new HashMap<>();
        for (HttpRoute route : routes) {
            boolean prefix = route.path().endsWith("/*");
            String key = prefix ? route.path().substring(0, route.path().length() - 1) : route.path();
            (prefix ? byPrefix : exact)
                    .computeIfAbsent(key, _ -> new ArrayList<>())
                    .add(route);
        }
        prefixes = byPrefix.entrySet().stream()
                .map(e -> new Prefix(e.getKey(), e.getValue()))
                .sorted(Comparator.comparingInt((Prefix p) -> p.path.length()).reversed())
                .toList();
    }

    /** @param path decoded */
    Found find(String method, String path) {
        List<HttpRoute> here = exact.get(path);
        if (here != null) return choose(method, here);
        for (Prefix prefix : prefixes) {
            if (!path.startsWith(prefix.path)) continue;
            Found found = choose(method, prefix.routes);
            // Where pages answer for everything, a method they do not know has found nothing.
            return found instanceof Found.WrongMethod && prefix.path.equals("/") ? new Found.Nothing() : found;
        }
        return new Found.Nothing();
    }

    /** What the gateway itself refuses, in the words of the route that the path belongs to. */
    HttpResponse refusal(String path, int status) {
        for (HttpRoute route : at(path)) {
            IntFunction<HttpResponse> own = route.refusal();
            if (own != null) return own.apply(status);
        }
        return HttpAnswer.bare(status);
    }

    private List<HttpRoute> at(String path) {
        List<HttpRoute> here = exact.get(path);
        if (here != null) return here;
        return prefixes.stream()
                .filter(prefix -> path.startsWith(prefix.path))
                .findFirst()
                .map(Prefix::routes)
                .orElse(List.of());
    }

    /** GET answers HEAD as well. */
    private static Found choose(String method, List<HttpRoute> routes) {
        HttpRoute any = null;
        HttpRoute get = null;
        for (HttpRoute route : routes) {
            if (route.method().equals(method)) return new Found.Route(route);
            if (route.method().equals("*")) any = route;
            if (route.method().equals("GET")) get = route;
        }
        if (get != null && method.equals("HEAD")) return new Found.Route(get);
        return any != null ? new Found.Route(any) : new Found.WrongMethod(allowed(routes));
    }

    private static String allowed(List<HttpRoute> routes) {
        var methods = new TreeSet<String>();
        for (HttpRoute route : routes) {
            methods.add(route.method());
            if (route.method().equals("GET")) methods.add("HEAD");
        }
        methods.add("OPTIONS");
        return String.join(", ", methods);
    }
}
