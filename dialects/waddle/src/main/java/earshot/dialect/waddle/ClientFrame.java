package earshot.dialect.waddle;

import earshot.core.message.Body;
import org.jspecify.annotations.Nullable;

/** What a client said. */
sealed interface ClientFrame {
    /**
     * Something for the channel.
     *
     * @param clientId the id that the client gave it (issue 06's nested form); null: none
     */
    record Say(
            @Nullable String clientId,
            String text,
            @Nullable String threadId,
            Body body) implements ClientFrame {}

    /** A message over the limit of characters. */
    record TooLong(@Nullable String clientId) implements ClientFrame {}

    record Typing(boolean on) implements ClientFrame {}

    /** @param status null: none that we can use */
    record Presence(@Nullable String status) implements ClientFrame {}

    /** @param afterMessageId null: none that a message can have */
    record Sync(@Nullable String afterMessageId) implements ClientFrame {}

    /** JSON, of a type that is not in the protocol, or of none. */
    record Unknown() implements ClientFrame {}

    /** Not JSON, {@code null}, binary, or a known type with members that make no sense. */
    record Malformed() implements ClientFrame {}

    ClientFrame UNKNOWN = new Unknown();
    ClientFrame MALFORMED = new Malformed();
}
