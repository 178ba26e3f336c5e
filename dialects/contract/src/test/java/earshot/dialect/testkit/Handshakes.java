package earshot.dialect.testkit;

import earshot.dialect.HandshakeRequest;
import earshot.dialect.HttpRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Upgrade requests as the gateway would hand them over. */
public final class Handshakes {
    private final String target;
    private final Map<String, List<String>> headers = new LinkedHashMap<>();
    private final List<String> subprotocols = new ArrayList<>();

    private Handshakes(String target) {
        this.target = target;
    }

    /** @param target path and query as on the request line */
    public static Handshakes to(String target) {
        return new Handshakes(target);
    }

    public Handshakes header(String name, String value) {
        headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                .add(value);
        return this;
    }

    public Handshakes subprotocol(String name) {
        subprotocols.add(name);
        return this;
    }

    public HandshakeRequest build() {
        return new HandshakeRequest(http("GET", target, headers, new byte[0]), List.copyOf(subprotocols));
    }

    /** A plain request, whole. */
    public static HttpRequest http(String method, String target, Map<String, List<String>> headers, byte[] body) {
        int mark = target.indexOf('?');
        String rawPath = mark < 0 ? target : target.substring(0, mark);
        String path = decode(rawPath.replace("+", "%2B"));
        Map<String, List<String>> query = mark < 0 ? Map.of() : query(target.substring(mark + 1));
        return new HttpRequest(method, path, rawPath, query, Map.copyOf(headers), body, "192.0.2.1", false);
    }

    private static Map<String, List<String>> query(String text) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        for (String pair : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            query.computeIfAbsent(decode(name), _ -> new ArrayList<>()).add(decode(value));
        }
        return query;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
