package earshot.product.kaiku.http;

import earshot.core.history.MessageBook;
import earshot.core.message.Command;
import earshot.core.message.Message;
import earshot.core.message.Reply;
import earshot.product.kaiku.Person;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Port: messages of channels, which are in the rooms' own history and nowhere else, and what connected clients are told. Thread-safe; never blocks. Who may do
 * it is decided before: nothing is checked here.
 */
public interface Delivery {
    // --- messages; answered by Reply.Accepted after everybody was told, else by Reply.Refused; these stages do not
    // fail

    /**
     * @param object the message object (protocols/kaiku.md section 13.2) as clients get it, JSON
     * @param key of the client's, so that the same again is the same message; null: none
     */
    CompletionStage<Reply> post(
            UUID channel,
            Person author,
            UUID message,
            String content,
            @Nullable UUID replyTo,
            byte[] object,
            @Nullable String key);

    CompletionStage<Reply> edit(UUID channel, Person by, String message, String content, byte[] object);

    CompletionStage<Reply> delete(UUID channel, Person by, String message);

    CompletionStage<Reply> pin(UUID channel, Person by, String message, boolean pinned);

    /** See {@link MessageBook#find}. */
    CompletionStage<Optional<Message>> find(UUID channel, String message);

    /** See {@link MessageBook#page}. */
    CompletionStage<MessageBook.Page> page(UUID channel, Command.From from, int limit);

    /** A message as a message object, whatever dialect it was written in. */
    byte[] object(Message message);

    // --- events: JSON objects with a type, told once to those who are connected

    void toChannel(UUID channel, byte[] event);

    void toUser(UUID user, byte[] event);

    /** To the user's own connections and those of their friends. */
    void toFriendsOf(UUID user, byte[] event);

    /** Friends hear of a chosen status, which is stored already. */
    void statusChosen(Person person);

    /** What friends see of somebody: the chosen status while they are connected, else {@code offline}. */
    CompletionStage<String> statusOf(Person person);
}
