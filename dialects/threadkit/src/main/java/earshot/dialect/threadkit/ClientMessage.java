package earshot.dialect.threadkit;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a client said. */
sealed interface ClientMessage {
    record Subscribe(UUID page) implements ClientMessage {}

    record Unsubscribe(UUID page) implements ClientMessage {}

    record Typing(UUID page, @Nullable UUID replyTo) implements ClientMessage {}

    record Ping() implements ClientMessage {}

    /** Not a notification at all, or one that makes no sense. */
    record Wrong(ErrorCode code) implements ClientMessage {}
}
