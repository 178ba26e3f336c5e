package earshot.dialect.waddle;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The path of a channel: {@code /channel/{id}/websocket}, as the original's client dials it; its server's {@code /websocket} alone is a slip. */
final class ChannelPath {
    private static final String START = "/channel/";
    private static final String END = "/websocket";
    private static final int MAX_ID_CHARS = 128;

    private ChannelPath() {}

    /** Whether a path is one of ours at all, right or wrong. */
    static boolean isOurs(String rawPath) {
        return rawPath.startsWith(START);
    }

    /** The channel's id; empty when the path is not one of a channel. */
    static Optional<String> channel(String rawPath) {
        if (!isOurs(rawPath) || !rawPath.endsWith(END) || rawPath.length() <= START.length() + END.length())
            return Optional.empty();
        return decoded(rawPath.substring(START.length(), rawPath.length() - END.length()))
                .filter(ChannelPath::isId);
    }

    static boolean isId(String id) {
        return !id.isEmpty()
                && id.length() <= MAX_ID_CHARS
                && id.indexOf('/') < 0
                && id.chars().noneMatch(Character::isISOControl);
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
