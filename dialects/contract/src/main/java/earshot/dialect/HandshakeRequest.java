package earshot.dialect;

import java.util.List;
import java.util.Optional;

/**
 * An upgrade request as a dialect sees it.
 *
 * @param http the request line, query and headers
 * @param subprotocols offered by {@code Sec-WebSocket-Protocol}, in order
 */
public record HandshakeRequest(HttpRequest http, List<String> subprotocols) {
    /** The token of {@code Authorization: Bearer …}; a header without the prefix counts as the token itself. */
    public Optional<String> bearer() {
        return http.header("authorization")
                .map(v -> v.regionMatches(true, 0, "Bearer ", 0, 7)
                        ? v.substring(7).trim()
                        : v.trim());
    }
}
