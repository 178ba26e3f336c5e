package earshot.server.config;

/** What values a setting takes. Immutable. */
public interface Kind<T> {
    /** For people: type, unit and range, such as {@code integer, 0 to 65535}. */
    String describe();

    /** Throws {@link Unfit} with what is wrong, in words that follow {@code key: }. */
    T parse(Raw raw);

    /** As an operator would write it; secrets masked. */
    String show(T value);

    /** Whether the value must not be seen. */
    default boolean isSecret() {
        return false;
    }

    /** A value that is not of the kind. The message never holds a secret. */
    final class Unfit extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unfit(String message) {
            super(message, null, false, false);
        }
    }
}
