package earshot.dialect.graphwiz;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The paths that clients dial: {@code /ws/{room}}; what the original's deployment makes of it, {@code /ws/ws/{room}}; and what its proxy routes,
 * {@code /api/v1/presence/ws/{room}} (protocols/graphwiz.md section 3.1). The original client does not escape the room's id.
 */
final class RoomPath {
    static final String START = "/ws/";
    /** The longest first. */
    private static final List<String> STARTS = List.of("/api/v1/presence/ws/", "/ws/ws/", START);

    private static final int MAX_ID_CHARS = 128;

    private RoomPath() {}

    /** Whether a path is one of ours at all, right or wrong. */
    static boolean isOurs(String rawPath) {
        return rawPath.startsWith(START) || rawPath.startsWith(STARTS.getFirst());
    }

    /** The room's id; empty when the path is not one of a room. */
    static Optional<String> room(String rawPath) {
        for (String start : STARTS) {
            if (rawPath.startsWith(start) && rawPath.length() > start.length())
                return decoded(rawPath.substring(start.length())).filter(RoomPath::isId);
        }
        return Optional.empty();
    }

    static boolean isId(String id) {
        return !id.isEmpty() && id.length() <= MAX_ID_CHARS && id.chars().noneMatch(Character::isISOControl);
    }

    /** RFC 3986 section 2.1; a plus is a plus. Empty when an escape is cut off or what it says is not UTF-8. */
    private static Optional<String> decoded(String segment) {
        byte[] raw = segment.getBytes(StandardCharsets.UTF_8);
        ByteBuffer plain = ByteBuffer.allocate(raw.length);
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] != '%') {
                plain.put(raw[i]);
                continue;
            }
            if (i + 2 >= raw.length) return Optional.empty();
            int high = Character.digit(raw[i + 1], 16);
            int low = Character.digit(raw[i + 2], 16);
            if (high < 0 || low < 0) return Optional.empty();
            plain.put((byte) (high << 4 | low));
            i += 2;
        }
        try {
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(plain.flip()).toString());
        } catch (CharacterCodingException notUtf8) {
            return Optional.empty();
        }
    }
}
