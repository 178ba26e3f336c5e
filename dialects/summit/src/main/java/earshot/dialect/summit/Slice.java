package earshot.dialect.summit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value where it lies in what a client sent: passed on byte for byte, never made into objects. The bytes are not changed by anybody.
 *
 * @param kind what sort of value it is
 * @param text of a string: what it says; else null
 */
record Slice(
        byte[] source,
        int from,
        int to,
        Kind kind,
        @Nullable String text) {
    /** The sorts of values that JSON has (RFC 8259 section 3). */
    enum Kind {
        OBJECT,
        ARRAY,
        STRING,
        NUMBER,
        TRUE,
        FALSE,
        NULL
    }

    int length() {
        return to - from;
    }

    byte[] bytes() {
        return Arrays.copyOfRange(source, from, to);
    }

    /** As it was written. */
    String raw() {
        return new String(source, from, to - from, StandardCharsets.UTF_8);
    }

    boolean is(Kind wanted) {
        return kind == wanted;
    }

    /** Without the value: it may be a token. */
    @Override
    public String toString() {
        return kind + " of " + length() + " bytes";
    }
}
