package earshot.core.message;

import java.util.Arrays;
import java.util.Objects;

/**
 * A message as its author's dialect wrote it. That dialect renders it byte for byte; everybody else renders the message's fields.
 * The bytes are never changed after construction, by anybody.
 */
public record Body(String dialect, String mediaType, byte[] bytes) {
    @Override
    public boolean equals(Object o) {
        return o instanceof Body b
                && dialect.equals(b.dialect)
                && mediaType.equals(b.mediaType)
                && Arrays.equals(bytes, b.bytes);
    }

    @Override
    public int hashCode() {
        return Objects.hash(dialect, mediaType, Arrays.hashCode(bytes));
    }

    @Override
    public String toString() {
        return dialect + " " + mediaType + " " + bytes.length + " bytes";
    }
}
