package earshot.dialect;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One message payload on the way in or out: finished bytes. The gateway adds the WebSocket header, deflate, or a polling envelope. The bytes
 * belong to the frame and are not changed after construction.
 */
public record Frame(Kind kind, byte[] bytes) {
    /** What RFC 6455 section 5.6 calls the type of the data. */
    public enum Kind {
        /** Valid UTF-8: on the way in the gateway has checked it. */
        TEXT,
        BINARY
    }

    public static Frame text(byte[] utf8) {
        return new Frame(Kind.TEXT, utf8);
    }

    public static Frame text(String text) {
        return new Frame(Kind.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    public static Frame binary(byte[] bytes) {
        return new Frame(Kind.BINARY, bytes);
    }

    /** The text of a text frame. */
    public String asText() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Frame f && kind == f.kind && Arrays.equals(bytes, f.bytes);
    }

    @Override
    public int hashCode() {
        return kind.hashCode() * 31 + Arrays.hashCode(bytes);
    }

    /** Without the payload: frames may hold secrets. */
    @Override
    public String toString() {
        return kind + " " + bytes.length + " bytes";
    }
}
