package earshot.dialect.graphwiz;

import earshot.core.message.Audience;
import earshot.core.message.Body;
import earshot.core.message.Change;
import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.Lane;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.product.ProductSource;
import earshot.core.room.Realms;
import earshot.core.time.Clock;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The channels of seed 003, {@code {prefix}:room:{room}}, on which other servers of a product say something to a room: JSON with {@code room_id}, {@code type}
 * {@code Broadcast} and {@code data}, a message of either framing in base64 or as a list of numbers (protocols/graphwiz.md section 14). Thread-safe.
 */
public final class GraphwizChannels implements ProductSource {
    private static final String ROOM = ":room:";
    private static final String SERVER = "server";

    private final String start;
    private final Realms realms;
    private final Supplier<String> ids;
    private final Clock clock;

    /** @param prefix of the channels' names, the seed's REDIS_CHANNEL_PREFIX */
    public GraphwizChannels(String prefix, Realms realms, Supplier<String> ids, Clock clock) {
        this.start = prefix + ROOM;
        this.realms = realms;
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    public List<String> patterns() {
        return List.of(start + "*");
    }

    @Override
    public List<String> channelsOf(RoomId room) {
        return List.of();
    }

    @Override
    public @Nullable Subject subject(String channel) {
        if (!channel.startsWith(start)) return null;
        String room = channel.substring(start.length());
        return RoomPath.isId(room) ? new Subject.OfRoom(realms.resolve(GraphwizDialect.NAME, "", room)) : null;
    }

    /** A slash of a room's name is a colon in its channel's: the name in the payload decides whether it is this room's. */
    @Override
    public Meaning ofRoom(RoomId room, byte[] payload, String key) {
        Map<String, @Nullable Object> json = Json.object(Json.read(payload));
        if (json == null) return new Meaning.Nothing("malformed");
        if (!"Broadcast".equals(json.get("type"))) return new Meaning.Nothing("unknown_type");
        if (!room.name().equals(json.get("room_id"))) return new Meaning.Nothing("not_here");
        byte[] data = data(json.get("data"));
        Heard heard = data == null ? null : Codec.binary(data, null);
        if (heard == null) return new Meaning.Nothing("malformed");
        if (heard.type() == Types.CLIENT_HELLO || heard.type() == Types.PING || heard.type() == Types.ACK)
            return new Meaning.Nothing("withheld");
        Heard named = Own.named(heard, ids, clock.millis());
        Profile author = author(named);
        return new Meaning.Told(
                named.type() == Types.CHAT ? chat(room, named, key) : relayed(room, named), author, null);
    }

    private static byte @Nullable [] data(@Nullable Object data) {
        if (data instanceof String text) {
            try {
                return Base64.getDecoder().decode(text.getBytes(StandardCharsets.US_ASCII));
            } catch (IllegalArgumentException notBase64) {
                return null;
            }
        }
        if (!(data instanceof List<?> list)) return null;
        byte[] bytes = new byte[list.size()];
        for (int i = 0; i < bytes.length; i++) {
            if (!(list.get(i) instanceof Json.Num n)) return null;
            bytes[i] = (byte) n.value();
        }
        return bytes;
    }

    private static Profile author(Heard heard) {
        String client = heard.message().getChatMessage().getFromClientId();
        boolean usable = Identity.isClientId(client);
        return Profile.named(new UserId(GraphwizDialect.NAME, usable ? client : SERVER), usable ? client : SERVER);
    }

    private static Command chat(RoomId room, Heard heard, String key) {
        var body = new Body(GraphwizDialect.NAME, Words.mediaType(heard.framing()), heard.raw());
        String text = heard.message().getChatMessage().getMessage();
        return new Command.Publish(room, new Change.Post(heard.message().getMessageId(), text, null, null, body), key);
    }

    private static Command relayed(RoomId room, Heard heard) {
        boolean isPose = heard.type() == Types.POSITION;
        Lane lane = isPose ? Lane.LATEST : heard.type() == Types.VOICE ? Lane.SPARE : Lane.SURE;
        String pose =
                isPose ? PoseKey.of("", heard.message().getPositionUpdate().getEntityId()) : null;
        var packet = new Packet(
                heard.framing(),
                "",
                heard.message().getMessageId(),
                heard.message().getTimestamp(),
                0,
                heard.raw());
        var event = new Event.Relayed(room, GraphwizDialect.NAME, lane, pose, heard.type(), packet.bytes());
        return new Command.Relay(room, event, Audience.ALL);
    }

    @Override
    public CompletionStage<Meaning> ofUser(UserId user, byte[] payload) {
        return CompletableFuture.completedStage(new Meaning.Nothing("unknown_channel"));
    }
}
