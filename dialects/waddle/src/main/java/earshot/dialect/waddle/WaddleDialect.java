package earshot.dialect.waddle;

import earshot.core.message.CloseReason;
import earshot.core.message.Event;
import earshot.core.message.KeptEvent;
import earshot.core.message.Problem;
import earshot.core.message.VoiceEvent;
import earshot.core.room.Realms;
import earshot.core.room.RoomRules;
import earshot.core.session.Gatekeeper;
import earshot.core.session.Session;
import earshot.core.session.UserBook;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.dialect.Admission;
import earshot.dialect.Conversation;
import earshot.dialect.Dialect;
import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.HttpRoute;
import earshot.dialect.TokenVerifier;
import java.io.DataInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Channels with durable history: typed JSON at {@code /channel/{id}/websocket}. {@code WIRE.md} beside this module says what is on the wire,
 * and which test shows it. Thread-safe.
 *
 * <p>The one thing to know: the original's client comes back only from an unclean end. Whoever should come back is cut off without a close
 * frame ({@link #farewell}); a close frame means: stay away.
 */
public final class WaddleDialect implements Dialect {
    public static final String NAME = "waddle";

    /** The status of who has chosen none. */
    static final String ONLINE = "online";

    /** A typist is not told twice anyway; this is how often the room looks again. */
    private static final long TYPING_DEBOUNCE_MILLIS = 1000;

    /**
     * What it is made of.
     *
     * @param messageIds fresh ids of messages, best in order of time; any thread
     * @param development whether the token's claim {@code name} serves where there is no record of the user (DECISIONS 2)
     */
    public record Parts(
            WaddleConfig config,
            TokenVerifier tokens,
            UserBook users,
            Realms realms,
            Clock clock,
            Supplier<String> messageIds,
            Meter meter,
            boolean development) {}

    /** What the seed's client knows. */
    static final int AS_SEED = 0;

    /** Asked for by {@code ?joins=1}: {@code user_connected} as well. */
    static final int WITH_JOINS = 1;

    private static final String ASYNC_API = resource("asyncapi-waddle.yaml");

    private final Parts parts;
    private final Door door;
    private final ChannelPolicy policy;

    public WaddleDialect(Parts parts) {
        this.parts = parts;
        this.door = new Door(parts);
        this.policy = new ChannelPolicy(parts.config().access());
    }

    @Override
    public String name() {
        return NAME;
    }

    /** Whether a client can dial a channel of this name. */
    public static boolean isChannel(String name) {
        return ChannelPath.isId(name);
    }

    /** Also paths that only begin like ours: those get our 404. */
    @Override
    public boolean claims(HandshakeRequest request) {
        return ChannelPath.isOurs(request.http().rawPath());
    }

    @Override
    public CompletionStage<Admission> admit(HandshakeRequest request) {
        int variant = request.http().queryParam("joins").filter("1"::equals).isPresent() ? WITH_JOINS : AS_SEED;
        return door.admit(
                request, (session, room, expires) -> new WaddleConversation(parts, session, room, variant, expires));
    }

    @Override
    public HttpResponse refusal(Problem problem) {
        return Refusals.of(problem);
    }

    /** There are no edits, deletions, pins, votes or notifications in this protocol. */
    @Override
    public List<Frame> encode(Event event, int variant) {
        return switch (event) {
            case KeptEvent.MessagePosted p ->
                p.message().deleted() ? List.of() : List.of(ServerFrames.message(p.message()));
            case Event.Typing t -> t.repeated() ? List.of() : List.of(ServerFrames.typing(t));
            case Event.UserJoined j ->
                variant == WITH_JOINS || parts.config().announceJoins()
                        ? List.of(ServerFrames.connected(j))
                        : List.of();
            case Event.UserLeft l -> List.of(ServerFrames.disconnected(l));
            case Event.StatusChanged s -> List.of(ServerFrames.presenceUpdate(s));
            case KeptEvent.MessageEdited _,
                    KeptEvent.MessageDeleted _,
                    KeptEvent.MessagePinned _,
                    Event.PresenceChanged _,
                    Event.VotesChanged _,
                    Event.Notified _,
                    Event.Relayed _,
                    VoiceEvent _ -> List.of();
        };
    }

    @Override
    public Farewell farewell(CloseReason reason) {
        return switch (reason) {
            case CLIENT_LEFT -> Farewell.closeFrame(1000, "");
            case DRAINING, IDLE, DEAD_PEER, SLOW_READER, OVER_BUDGET -> new Farewell.Cut();
            case TOO_BIG -> Farewell.closeFrame(1009, "Message too big");
            case PROTOCOL_ERROR -> Farewell.closeFrame(1002, "Protocol error");
            case BAD_DATA -> Farewell.closeFrame(1007, "Invalid UTF-8");
            case ABUSE, KICKED -> Farewell.closeFrame(1008, "Policy violation");
            case REVOKED -> Farewell.closeFrame(4401, "Unauthorized");
            case FAULT ->
                parts.config().faultClosesPolitely()
                        ? Farewell.closeFrame(1011, "Internal server error")
                        : new Farewell.Cut();
        };
    }

    @Override
    public RoomRules rules() {
        WaddleConfig config = parts.config();
        return new RoomRules(
                config.channelSockets(),
                config.retention(),
                config.history(),
                config.linger().toMillis(),
                false,
                TYPING_DEBOUNCE_MILLIS,
                config.typingExpiry().toMillis(),
                true,
                false);
    }

    @Override
    public Gatekeeper gatekeeper() {
        return policy;
    }

    /** No idle time: the original's client sends no heartbeat, its library answers pings. */
    @Override
    public LinkLimits limits() {
        return new LinkLimits(
                parts.config().maxMessageBytes(),
                0,
                parts.config().pingInterval().toMillis(),
                true);
    }

    /** Its AsyncAPI document. */
    @Override
    public List<HttpRoute> routes() {
        HttpResponse document = HttpResponse.of(200, "application/yaml", ASYNC_API);
        return List.of(
                new HttpRoute("GET", "/docs/asyncapi-waddle.yaml", 0, _ -> CompletableFuture.completedStage(document)));
    }

    @Override
    public Conversation thaw(Session session, DataInput in) throws IOException {
        return WaddleConversation.thaw(parts, session, in);
    }

    private static String resource(String name) {
        try (InputStream in = WaddleDialect.class.getResourceAsStream("/" + name)) {
            if (in == null) throw new IllegalStateException("resource: " + name + " is missing");
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
