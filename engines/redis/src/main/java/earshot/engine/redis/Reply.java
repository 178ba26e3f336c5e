package earshot.engine.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Redis answered: the elements of an array, or one element for anything else. Reading an element as what it is not throws
 * {@link IllegalStateException}: our own scripts answer, so that is a bug.
 */
record Reply(List<?> elements) {
    int size() {
        return elements.size();
    }

    boolean isNull(int i) {
        return elements.get(i) == null;
    }

    boolean isNumber(int i) {
        return elements.get(i) instanceof Long;
    }

    boolean isList(int i) {
        return elements.get(i) instanceof List;
    }

    long number(int i) {
        return switch (elements.get(i)) {
            case Long n -> n;
            case byte[] digits -> Long.parseLong(new String(digits, StandardCharsets.US_ASCII));
            case null, default -> throw unexpected(i, "a number");
        };
    }

    byte[] bytes(int i) {
        byte[] bytes = bytesOrNull(i);
        if (bytes == null) throw unexpected(i, "bytes");
        return bytes;
    }

    byte @Nullable [] bytesOrNull(int i) {
        return switch (elements.get(i)) {
            case null -> null;
            case byte[] bytes -> bytes;
            case String status -> status.getBytes(StandardCharsets.UTF_8);
            default -> throw unexpected(i, "bytes");
        };
    }

    String text(int i) {
        return new String(bytes(i), StandardCharsets.UTF_8);
    }

    Reply list(int i) {
        if (elements.get(i) instanceof List<?> inner) return new Reply(inner);
        throw unexpected(i, "a list");
    }

    private IllegalStateException unexpected(int i, String wanted) {
        Object found = elements.get(i);
        return new IllegalStateException(
                "element " + i + ": " + (found == null ? "nil" : found.getClass()) + " (expected: " + wanted + ")");
    }
}
