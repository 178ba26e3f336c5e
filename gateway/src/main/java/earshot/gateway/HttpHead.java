package earshot.gateway;

import earshot.dialect.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Request line and headers, understood and found legal.
 *
 * @param headers names in lower case
 * @param bodyLength announced; 0 when there is none, or when it comes in chunks
 */
record HttpHead(
        String method,
        Target target,
        boolean http11,
        Map<String, List<String>> headers,
        long bodyLength,
        boolean chunked) {

    /** What became of reading one. */
    sealed interface Read {
        record Good(HttpHead head) implements Read {}

        record Bad(int status) implements Read {}
    }

    static Read read(io.netty.handler.codec.http.HttpRequest request, GatewayConfig.Http limits) {
        if (request.decoderResult().isFailure())
            return new Read.Bad(status(request.decoderResult().cause()));
        HttpVersion version = request.protocolVersion();
        boolean http11 = version.equals(HttpVersion.HTTP_1_1);
        if (!http11 && !version.equals(HttpVersion.HTTP_1_0)) return new Read.Bad(505);
        if (request.headers().size() > limits.maxHeaderFields()) return new Read.Bad(431);
        Target target = Target.parse(request.uri());
        if (target == null) return new Read.Bad(400);
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (Map.Entry<String, String> field : request.headers()) {
            headers.computeIfAbsent(field.getKey().toLowerCase(Locale.ROOT), _ -> new ArrayList<>(1))
                    .add(field.getValue().trim());
        }
        return framed(request.method().name(), target, http11, headers);
    }

    private static int status(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) return 414;
        return cause instanceof TooLongHttpHeaderException ? 431 : 400;
    }

    /** Who is asked and where the body ends: both must be beyond doubt (RFC 9112 sections 3.2 and 6). */
    private static Read framed(String method, Target target, boolean http11, Map<String, List<String>> headers) {
        List<String> host = headers.getOrDefault("host", List.of());
        if (host.size() > 1 || (http11 && host.isEmpty())) return new Read.Bad(400);
        List<String> coding = headers.getOrDefault("transfer-encoding", List.of());
        List<String> length = headers.getOrDefault("content-length", List.of());
        if (!coding.isEmpty()) {
            if (!http11 || !length.isEmpty()) return new Read.Bad(400);
            if (coding.size() > 1 || !coding.get(0).equalsIgnoreCase("chunked")) return new Read.Bad(501);
        }
        if (length.size() > 1) return new Read.Bad(400);
        long bytes = length.isEmpty() ? 0 : digits(length.get(0));
        if (bytes < 0) return new Read.Bad(400);
        return new Read.Good(new HttpHead(method, target, http11, headers, bytes, !coding.isEmpty()));
    }

    /** Digits only, and not so many that they could overflow; -1 otherwise. */
    private static long digits(String text) {
        if (text.isEmpty() || text.length() > 18) return -1;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') return -1;
        }
        return Long.parseLong(text);
    }

    boolean hasBody() {
        return chunked || bodyLength > 0;
    }

    boolean keepAlive() {
        return http11 && !hasToken("connection", "close");
    }

    boolean isUpgrade() {
        return hasToken("upgrade", "websocket");
    }

    boolean expects() {
        return http11 && headers.containsKey("expect");
    }

    boolean expectsContinue() {
        return headers.getOrDefault("expect", List.of()).stream().allMatch("100-continue"::equalsIgnoreCase);
    }

    /** Whether a header that is a list of tokens has this one, in any case. */
    boolean hasToken(String header, String token) {
        return tokens(header).stream().anyMatch(token::equalsIgnoreCase);
    }

    /** The elements of a header that is a list, over all its lines. */
    List<String> tokens(String header) {
        var tokens = new ArrayList<String>();
        for (String line : headers.getOrDefault(header, List.of())) {
            for (String token : line.split(",", -1)) if (!token.isBlank()) tokens.add(token.trim());
        }
        return tokens;
    }

    HttpRequest request(byte[] body, Peer client) {
        return new HttpRequest(
                method,
                target.path(),
                target.rawPath(),
                target.query(),
                headers,
                body,
                client.address(),
                client.loopback());
    }
}
