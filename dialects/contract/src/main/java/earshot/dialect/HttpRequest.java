package earshot.dialect;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A plain HTTP request, whole.
 *
 * @param method upper case
 * @param path percent-decoded, without the query, beginning with a slash
 * @param rawPath as sent
 * @param query decoded; the first value comes first
 * @param headers names in lower case
 * @param body at most the limit of its route
 * @param remote the client's address in text form, after trusted proxies
 * @param loopback whether the peer is this machine
 */
public record HttpRequest(
        String method,
        String path,
        String rawPath,
        Map<String, List<String>> query,
        Map<String, List<String>> headers,
        byte[] body,
        String remote,
        boolean loopback) {

    /** The first value of a header; the name in any case. */
    public Optional<String> header(String name) {
        return first(headers, name.toLowerCase(Locale.ROOT));
    }

    /** The first value of a query parameter. */
    public Optional<String> queryParam(String name) {
        return first(query, name);
    }

    private static Optional<String> first(Map<String, List<String>> map, String name) {
        List<String> values = map.get(name);
        return values == null || values.isEmpty() ? Optional.empty() : Optional.of(values.get(0));
    }

    /** Without query, headers and body: they may hold secrets. */
    @Override
    public String toString() {
        return method + " " + rawPath;
    }
}
