package earshot.dialect;

import java.util.concurrent.CompletionStage;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A plain HTTP route. Called on an event loop: must not block; completes on any thread.
 *
 * @param method upper case; {@code *} for any
 * @param path exact, or a prefix when it ends with {@code /*}
 * @param maxBodyBytes a longer body is answered with 413
 * @param refusal how the gateway says in this route's way, by status, what it refuses itself (a long body, a broken address); null: as plain text
 */
public record HttpRoute(
        String method,
        String path,
        int maxBodyBytes,
        Handler handler,
        @Nullable IntFunction<HttpResponse> refusal) {
    public HttpRoute(String method, String path, int maxBodyBytes, Handler handler) {
        this(method, path, maxBodyBytes, handler, null);
    }

    /** Answers a request. A failed stage or a throw is answered with 500 and counted. */
    @FunctionalInterface
    public interface Handler {
        CompletionStage<HttpResponse> handle(HttpRequest request);
    }
}
