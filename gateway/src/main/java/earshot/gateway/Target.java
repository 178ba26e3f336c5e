package earshot.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request line asks for (RFC 9112 section 3.2), decoded.
 *
 * @param path percent-decoded; {@code *} for the server as a whole; as it came when it cannot be decoded
 * @param legal false: a percent sign without two digits, bytes that are not UTF-8, or a NUL; only a dialect may have a word for it
 */
record Target(String path, String rawPath, Map<String, List<String>> query, boolean legal) {
    private static final int MAX_QUERY_FIELDS = 256;

    /** Null when it is no path at all. */
    static @Nullable Target parse(String target) {
        if (target.equals("*")) return new Target("*", "*", Map.of(), true);
        String local = withoutOrigin(target);
        if (local == null || local.indexOf('#') >= 0) return null;
        int mark = local.indexOf('?');
        String rawPath = oneLeadingSlash(mark < 0 ? local : local.substring(0, mark));
        String path = decodePath(rawPath);
        Map<String, List<String>> query = mark < 0 ? Map.of() : query(local.substring(mark + 1));
        return new Target(path == null ? rawPath : path, rawPath, query, path != null);
    }

    /** The absolute form that proxies send counts as its path. */
    private static @Nullable String withoutOrigin(String target) {
        if (target.startsWith("/")) return target;
        int authority = target.startsWith("http://") ? 7 : target.startsWith("https://") ? 8 : -1;
        if (authority < 0) return null;
        int slash = target.indexOf('/', authority);
        int mark = target.indexOf('?', authority);
        if (slash < 0 || (mark >= 0 && mark < slash)) return mark < 0 ? "/" : "/" + target.substring(mark);
        return target.substring(slash);
    }

    /** Some clients join a base with a slash and a path with a slash: {@code //ws} is {@code /ws}. */
    private static String oneLeadingSlash(String path) {
        int slashes = 0;
        while (slashes < path.length() && path.charAt(slashes) == '/') slashes++;
        return slashes > 1 ? path.substring(slashes - 1) : path;
    }

    private static @Nullable String decodePath(String raw) {
        byte[] bytes = percentDecode(raw, false, true);
        String path = bytes == null ? null : utf8(bytes);
        return path == null || path.indexOf('\0') >= 0 ? null : path;
    }

    private static Map<String, List<String>> query(String text) {
        Map<String, List<String>> fields = new LinkedHashMap<>();
        int from = 0;
        for (int n = 0; from <= text.length() && n < MAX_QUERY_FIELDS; n++) {
            int end = text.indexOf('&', from);
            if (end < 0) end = text.length();
            if (end > from) addField(fields, text.substring(from, end));
            from = end + 1;
        }
        return fields;
    }

    private static void addField(Map<String, List<String>> fields, String pair) {
        int equals = pair.indexOf('=');
        String name = decodeQuery(equals < 0 ? pair : pair.substring(0, equals));
        String value = equals < 0 ? "" : decodeQuery(pair.substring(equals + 1));
        fields.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(value);
    }

    /** Forgiving: what cannot be decoded stays as it is. Tokens are checked by those who read them. */
    private static String decodeQuery(String raw) {
        if (raw.indexOf('%') < 0 && raw.indexOf('+') < 0) return raw;
        byte[] bytes = percentDecode(raw, true, false);
        String text = bytes == null ? null : utf8(bytes);
        return text == null ? raw : text;
    }

    private static byte @Nullable [] percentDecode(String raw, boolean plusIsSpace, boolean strict) {
        var out = new ByteArrayOutputStream(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                int high = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 1), 16) : -1;
                int low = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    if (strict) return null;
                    out.write('%');
                    continue;
                }
                out.write((high << 4) | low);
                i += 2;
            } else if (c == '+' && plusIsSpace) {
                out.write(' ');
            } else {
                // Header bytes above 127 arrive as one char each; as UTF-8 they are taken together.
                out.write(c);
            }
        }
        return out.toByteArray();
    }

    private static @Nullable String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
