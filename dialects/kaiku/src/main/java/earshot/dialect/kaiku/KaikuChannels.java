package earshot.dialect.kaiku;

import earshot.core.message.Audience;
import earshot.core.message.Change;
import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.Lane;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.product.ProductSource;
import earshot.dialect.WireUuid;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The Redis channels on which a server of the original says what happened (protocols/kaiku.md section 7): {@code channel:}, {@code presence:},
 * {@code user:} and {@code guild:} with a UUID, and {@code global}. The payload is the event as clients read it. Heard while somebody here listens. The
 * name says whom it is about, and a room of a meeting is never meant. Thread-safe.
 */
public final class KaikuChannels implements ProductSource {
    private static final String CHANNEL = "channel:";
    private static final String PRESENCE = "presence:";
    private static final String USER = "user:";
    private static final String GUILD = "guild:";
    private static final String GLOBAL = "global";

    private static final Profile PRODUCT = Profile.named(new UserId(KaikuDialect.NAME, "product"), "product");

    static String ofChannel(UUID channel) {
        return CHANNEL + channel;
    }

    static String ofUser(String user) {
        return USER + user;
    }

    @Override
    public List<String> patterns() {
        return List.of();
    }

    @Override
    public List<String> channelsOf(RoomId room) {
        if (!room.realm().equals(KaikuDialect.NAME)) return List.of();
        if (room.equals(Places.EVERYBODY)) return List.of(GLOBAL);
        UUID user = Places.behind(Places.USER, room);
        if (user != null) return List.of(PRESENCE + user, USER + user);
        UUID guild = Places.behind(Places.GUILD, room);
        if (guild != null) return List.of(GUILD + guild);
        UUID channel = WireUuid.parse(room.name());
        return channel == null ? List.of() : List.of(CHANNEL + channel);
    }

    @Override
    public @Nullable Subject subject(String channel) {
        if (channel.equals(GLOBAL)) return new Subject.OfRoom(Places.EVERYBODY);
        UUID id = id(CHANNEL, channel);
        if (id != null) return new Subject.OfRoom(Places.ofChannel(id));
        id = id(PRESENCE, channel);
        if (id != null) return new Subject.OfRoom(Places.ofUser(id));
        id = id(GUILD, channel);
        if (id != null) return new Subject.OfRoom(Places.ofGuild(id));
        id = id(USER, channel);
        return id == null ? null : new Subject.OfUser(Places.userId(id));
    }

    private static @Nullable UUID id(String before, String channel) {
        return channel.startsWith(before) ? WireUuid.parse(channel.substring(before.length())) : null;
    }

    @Override
    public Meaning ofRoom(RoomId room, byte[] payload, String key) {
        EventText text = EventText.read(payload);
        if (text == null) return new Meaning.Nothing("malformed");
        Command relay = relay(room, text);
        return switch (text.type()) {
            case MESSAGE_NEW -> posted(room, text, key);
            case MESSAGE_EDIT -> {
                EventMembers members = EventMembers.read(text.json());
                if (members.messageId == null || members.content == null) yield new Meaning.Nothing("malformed");
                var edit = new Change.Edit(members.messageId.toString(), members.content, null, null);
                yield new Meaning.Told(new Command.Publish(room, edit, key), PRODUCT, relay);
            }
            case MESSAGE_DELETE -> {
                EventMembers members = EventMembers.read(text.json());
                if (members.messageId == null) yield new Meaning.Nothing("malformed");
                var delete = new Change.Delete(members.messageId.toString());
                yield new Meaning.Told(new Command.Publish(room, delete, key), PRODUCT, relay);
            }
            default -> new Meaning.Told(relay, PRODUCT, null);
        };
    }

    private static Meaning posted(RoomId room, EventText text, String key) {
        EventMembers members = EventMembers.read(text.json());
        Profile author = members.profile();
        if (members.messageId == null || members.content == null || members.object == null || author == null)
            return new Meaning.Nothing("malformed");
        String replyTo = members.replyTo == null ? null : members.replyTo.toString();
        var post = new Change.Post(
                members.messageId.toString(),
                members.content,
                null,
                replyTo,
                MessageObject.body(Objects.requireNonNull(members.object)));
        return new Meaning.Told(new Command.Publish(room, post, key), author, null);
    }

    /** Each node hears it for itself: it is told here only. */
    private static Command relay(RoomId room, EventText text) {
        Lane lane = text.type() == EventType.TYPING_START ? Lane.SPARE : Lane.SURE;
        var relayed = new Event.Relayed(
                room, KaikuDialect.NAME, lane, null, text.type().code(), text.json());
        return new Command.Relay(room, relayed, Audience.ALL);
    }

    @Override
    public CompletionStage<Meaning> ofUser(UserId user, byte[] payload) {
        EventText text = EventText.read(payload);
        Meaning meaning = text == null
                ? new Meaning.Nothing("malformed")
                : new Meaning.Notified(new Event.Notified(
                        user, KaikuDialect.EVENT, null, null, new String(text.json(), StandardCharsets.UTF_8)));
        return CompletableFuture.completedStage(meaning);
    }
}
