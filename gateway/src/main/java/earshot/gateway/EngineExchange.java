package earshot.gateway;

import earshot.dialect.HttpResponse;
import earshot.gateway.engineio.EngineError;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One request of a session that polls, from the loop of its connection to the session's, and its answer on the way back. Answered on the session's
 * loop, once; abandoned on any.
 */
final class EngineExchange extends CompletableFuture<HttpResponse> implements Abandonable {
    private static final byte[] OK = {'o', 'k'};

    private final NettyLoop home;
    private final byte[] body;
    private final boolean isOpaque;
    /** Who has to know when nobody waits; set on the session's loop, read there. */
    private @Nullable PollingLink link;

    /**
     * @param home the session's loop
     * @param isOpaque the body says of itself that it is no text
     */
    EngineExchange(NettyLoop home, byte[] body, boolean isOpaque) {
        this.home = home;
        this.body = body;
        this.isOpaque = isOpaque;
    }

    byte[] body() {
        return body;
    }

    boolean isOpaque() {
        return isOpaque;
    }

    void isWith(PollingLink one) {
        link = one;
    }

    /** Packets for the client. */
    void answer(byte[] payload) {
        complete(payload(payload));
    }

    static HttpResponse payload(byte[] payload) {
        return new HttpResponse(
                200,
                java.util.Map.of("content-type", "text/plain; charset=UTF-8", "cache-control", "no-store"),
                payload);
    }

    /** The client's packets have been taken. */
    void taken() {
        complete(new HttpResponse(200, java.util.Map.of("content-type", "text/html", "cache-control", "no-store"), OK));
    }

    void refuse(EngineError error) {
        complete(error.response());
    }

    @Override
    public void abandon() {
        if (isDone()) return;
        home.post(() -> {
            if (link != null && !isDone()) link.onAbandoned(this);
        });
    }
}
