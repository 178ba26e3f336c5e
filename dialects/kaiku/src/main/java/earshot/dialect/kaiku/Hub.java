package earshot.dialect.kaiku;

import earshot.core.message.Audience;
import earshot.core.message.Change;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.Lane;
import earshot.core.message.Message;
import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The product's words, on their way to rooms and users. Thread-safe. */
final class Hub implements KaikuHub {
    private final Reach reach;
    private final Places places;
    private final Statuses statuses;

    Hub(Reach reach, Places places, Statuses statuses) {
        this.reach = reach;
        this.places = places;
        this.statuses = statuses;
    }

    // --- messages

    @Override
    public CompletionStage<Reply> posted(
            UUID channel, KaikuUser author, UUID message, String content, @Nullable UUID replyTo, byte[] object) {
        String reply = replyTo == null ? null : replyTo.toString();
        var post = new Change.Post(message.toString(), content, null, reply, MessageObject.body(object));
        return publish(channel, author, post);
    }

    @Override
    public CompletionStage<Reply> edited(UUID channel, KaikuUser by, UUID message, String content, byte[] object) {
        return publish(channel, by, new Change.Edit(message.toString(), content, null, MessageObject.body(object)));
    }

    @Override
    public CompletionStage<Reply> deleted(UUID channel, KaikuUser by, UUID message) {
        return publish(channel, by, new Change.Delete(message.toString()));
    }

    @Override
    public CompletionStage<Reply> pinned(UUID channel, KaikuUser by, UUID message, boolean pinned) {
        return publish(channel, by, new Change.Pin(message.toString(), pinned));
    }

    private CompletionStage<Reply> publish(UUID channel, KaikuUser by, Change change) {
        Profile who = by.profile();
        return in(channel, by.id(), room -> reach.serve(new Command.Publish(room, change, null), who));
    }

    @Override
    public CompletionStage<Reply> messages(UUID channel, Command.From from, int limit) {
        return in(channel, channel, room -> reach.serve(new Command.ReadHistory(room, from, limit), null));
    }

    private interface There {
        CompletionStage<Reply> of(RoomId room);
    }

    private CompletionStage<Reply> in(UUID channel, UUID user, There there) {
        RoomId known = places.channel(channel);
        if (known != null) return there.of(known);
        return places.find(user, channel)
                .thenCompose(there::of)
                .exceptionallyCompose(_ -> CompletableFuture.completedStage(Reply.Refused.of(Problem.UNAVAILABLE)));
    }

    @Override
    public byte[] object(Message message) {
        return MessageObject.of(message);
    }

    // --- events

    @Override
    public void toChannel(UUID channel, byte[] event) {
        EventText text = checked(event);
        var _ = in(channel, channel, room -> relay(room, text));
    }

    @Override
    public void toUser(UUID user, byte[] event) {
        String json = new String(checked(event).json(), StandardCharsets.UTF_8);
        reach.notify(new Event.Notified(Places.userId(user), KaikuDialect.EVENT, null, null, json));
    }

    @Override
    public void toGuild(UUID guild, byte[] event) {
        var _ = relay(Places.ofGuild(guild), checked(event));
    }

    @Override
    public void toFriendsOf(UUID user, byte[] event) {
        var _ = relay(Places.ofUser(user), checked(event));
    }

    @Override
    public void toEverybody(byte[] event) {
        var _ = relay(Places.EVERYBODY, checked(event));
    }

    private CompletionStage<Reply> relay(RoomId room, EventText text) {
        return reach.serve(relaying(room, text), null);
    }

    static Command relaying(RoomId room, EventText text) {
        var relayed = new Event.Relayed(
                room, KaikuDialect.NAME, Lane.SURE, null, text.type().code(), text.json());
        return new Command.Relay(room, relayed, Audience.ALL);
    }

    private static EventText checked(byte[] event) {
        EventText text = EventText.read(event);
        if (text == null)
            throw new IllegalArgumentException(
                    "event: " + event.length + " bytes (expected: a JSON object with a string as type)");
        return text;
    }

    // --- changes

    @Override
    public void statusChosen(KaikuUser user) {
        statuses.tell(user.profile(), user.status().word());
    }

    @Override
    public void accessChanged(Collection<UUID> users) {
        for (UUID user : users) {
            reach.recheck(Places.userId(user));
            changed(user, KaikuDialect.ACCESS);
        }
    }

    @Override
    public void circleChanged(Collection<UUID> users) {
        for (UUID user : users) {
            changed(user, KaikuDialect.CIRCLE);
            reach.recheck(Places.userId(user));
        }
    }

    private void changed(UUID user, String what) {
        reach.notify(new Event.Notified(Places.userId(user), KaikuDialect.CHANGED, null, null, what));
    }

    @Override
    public void signedOut(UUID user) {
        reach.disconnect(Places.userId(user), CloseReason.REVOKED);
    }
}
