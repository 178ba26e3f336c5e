package earshot.dialect;

import java.util.concurrent.CompletionStage;

/**
 * A plain HTTP route. Called on an event loop: must not block; completes on any thread.
 *
 * @param method upper case; {@code *} for any
 * @param path exact, or a prefix when it ends with {@code /*}
 * @param maxBodyBytes a longer body is answered with 413
 */
public record HttpRoute(String method, String path, int maxBodyBytes, Handler handler) {
    /** Answers a request. A failed stage or a throw is answered with 500 and counted. */
    @FunctionalInterface
    public interface Handler {
        CompletionStage<HttpResponse> handle(HttpRequest request);
    }
}
