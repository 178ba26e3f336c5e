package earshot.dialect;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A plain HTTP answer, whole. The gateway adds length, date and connection headers.
 *
 * @param headers names in lower case; {@code content-type} is among them when there is a body
 */
public record HttpResponse(int status, Map<String, String> headers, byte[] body) {
    public static HttpResponse text(int status, String body) {
        return of(status, "text/plain; charset=utf-8", body);
    }

    public static HttpResponse json(int status, String body) {
        return of(status, "application/json", body);
    }

    public static HttpResponse of(int status, String contentType, String body) {
        return new HttpResponse(status, Map.of("content-type", contentType), body.getBytes(StandardCharsets.UTF_8));
    }

    /** The same with one more header. */
    public HttpResponse with(String name, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new HttpResponse(status, Map.copyOf(more), body);
    }
}
