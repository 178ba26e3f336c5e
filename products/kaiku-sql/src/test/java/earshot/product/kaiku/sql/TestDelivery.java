package earshot.product.kaiku.sql;

import earshot.core.history.MessageBook;
import earshot.core.history.Retention;
import earshot.core.history.RoomLog.Appended;
import earshot.core.memory.MemoryHistory;
import earshot.core.message.Body;
import earshot.core.message.Change;
import earshot.core.message.Command;
import earshot.core.message.Draft;
import earshot.core.message.Message;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.time.Clock;
import earshot.product.kaiku.Person;
import earshot.product.kaiku.http.Delivery;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Messages in memory, and a list of what was told. */
final class TestDelivery implements Delivery {
    final List<String> told = new CopyOnWriteArrayList<>();
    private final Clock clock;
    private final MemoryHistory history;

    TestDelivery(Clock clock) {
        this.clock = clock;
        this.history = new MemoryHistory(clock);
    }

    private static RoomId room(UUID channel) {
        return new RoomId("kaiku", "", channel.toString());
    }

    private CompletionStage<Reply> append(UUID channel, Person by, Change change, @Nullable String key) {
        RoomId room = room(channel);
        Profile profile = Profile.named(new UserId("kaiku", by.id().toString()), by.displayName());
        return history.open(room, Retention.EVERYTHING)
                .thenCompose(_ -> history.append(new Draft(room, change, profile, clock.millis(), key)))
                .thenApply(appended -> switch (appended) {
                    case Appended.Stored stored ->
                        new Reply.Accepted(
                                room,
                                stored.entry() instanceof earshot.core.message.KeptEvent.MessagePosted posted
                                        ? posted.message().id()
                                        : change.messageId(),
                                stored.entry().position(),
                                clock.millis(),
                                stored.repeated());
                    case Appended.NotStored not -> Reply.Refused.of(not.problem());
                });
    }

    @Override
    public CompletionStage<Reply> post(
            UUID channel,
            Person author,
            UUID message,
            String content,
            @Nullable UUID replyTo,
            byte[] object,
            @Nullable String key) {
        String reply = replyTo == null ? null : replyTo.toString();
        return append(channel, author, new Change.Post(message.toString(), content, null, reply, body(object)), key);
    }

    private static Body body(byte[] object) {
        return new Body("kaiku", "application/json", object);
    }

    @Override
    public CompletionStage<Reply> edit(UUID channel, Person by, String message, String content, byte[] object) {
        return append(channel, by, new Change.Edit(message, content, null, body(object)), null);
    }

    @Override
    public CompletionStage<Reply> delete(UUID channel, Person by, String message) {
        return append(channel, by, new Change.Delete(message), null);
    }

    @Override
    public CompletionStage<Reply> pin(UUID channel, Person by, String message, boolean pinned) {
        return append(channel, by, new Change.Pin(message, pinned), null);
    }

    @Override
    public CompletionStage<Optional<Message>> find(UUID channel, String message) {
        return history.find(room(channel), message);
    }

    @Override
    public CompletionStage<MessageBook.Page> page(UUID channel, Command.From from, int limit) {
        return history.page(room(channel), from, limit);
    }

    @Override
    public byte[] object(Message message) {
        return Objects.requireNonNull(message.body()).bytes();
    }

    private void tell(String to, byte[] event) {
        told.add(to + " " + new String(event, StandardCharsets.UTF_8));
    }

    @Override
    public void toChannel(UUID channel, byte[] event) {
        tell("channel " + channel, event);
    }

    @Override
    public void toUser(UUID user, byte[] event) {
        tell("user " + user, event);
    }

    @Override
    public void toFriendsOf(UUID user, byte[] event) {
        tell("friends " + user, event);
    }

    @Override
    public void statusChosen(Person person) {
        told.add("status " + person.id() + " " + person.status());
    }

    @Override
    public CompletionStage<String> statusOf(Person person) {
        return CompletableFuture.completedStage(person.status());
    }
}
