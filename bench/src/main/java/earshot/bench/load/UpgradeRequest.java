package earshot.bench.load;

import java.net.ConnectException;
import org.jspecify.annotations.Nullable;

/** What a client says first (RFC 6455 section 4.1), and what became of it in words. */
final class UpgradeRequest {
    /** The RFC's own example of a key, and its answer. One key for all: it protects caches, of which there are none. */
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private UpgradeRequest() {}

    static byte[] of(LoadPlan.Target target, Speaker speaker, int member, int room) {
        return Literal.of("GET " + speaker.path(member, room) + " HTTP/1.1\r\nHost: "
                + target.url().getHost() + ":" + target.port()
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " + KEY
                + "\r\nSec-WebSocket-Version: 13\r\n" + speaker.headers(member) + "\r\n");
    }

    /** Short, and the same for all whom the same befell: reasons are counted. */
    static String inWords(@Nullable Throwable failure) {
        String message = failure == null ? "failed" : String.valueOf(failure.getMessage());
        if (message.contains("refused")) return "connection refused";
        if (message.contains("reset")) return "connection reset";
        if (message.contains("oo many open files")) return "too many open files here";
        if (message.contains("annot assign requested address")) return "no free port here";
        if (failure instanceof ConnectException) return "connection timed out";
        return message.length() > 80 ? message.substring(0, 80) : message;
    }
}
