package earshot.dialect.graphwiz;

import earshot.core.history.Retention;
import earshot.core.message.CloseReason;
import earshot.core.message.Event;
import earshot.core.message.Problem;
import earshot.core.room.Realms;
import earshot.core.room.RoomRules;
import earshot.core.session.Gatekeeper;
import earshot.core.session.Session;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.core.time.Loops;
import earshot.dialect.Admission;
import earshot.dialect.Conversation;
import earshot.dialect.Dialect;
import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.HttpRoute;
import earshot.dialect.TokenVerifier;
import java.io.DataInput;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * XR rooms at {@code /ws/{room}}: avatars that move, things, chat and voice, for protobuf clients and for the original hub client, who meet in one room.
 * {@code WIRE.md} beside this module says what is on the wire, and which test shows it. Thread-safe.
 *
 * <p>The one thing to know: what a room holds beyond its members is in {@link Worlds}, which the server puts between the node and its audiences.
 */
public final class GraphwizDialect implements Dialect {
    public static final String NAME = "graphwiz";

    /** The returns of section 8.3 are the world's business; a leave is told at once. */
    private static final long NO_LINGER = 0;

    private static final long TYPING_MILLIS = 1000;

    /**
     * What the dialect finds around itself.
     *
     * @param isShared whether other nodes may serve the same rooms
     * @param ids fresh ids of messages and connections; any thread
     * @param silence completes when a client that has said nothing is not waited for any longer
     * @param onUserIdAlone hears of each who came in by naming a user, which is for development only
     * @param statistics whether a plain request may see statistics; null: it may
     * @param custom hears of a product's own messages
     */
    public record Surroundings(
            long incarnation,
            boolean isShared,
            TokenVerifier tokens,
            Realms realms,
            Loops loops,
            Clock clock,
            Supplier<String> ids,
            Supplier<CompletionStage<Void>> silence,
            Runnable onUserIdAlone,
            Function<HttpRequest, @Nullable HttpResponse> statistics,
            CustomHook custom,
            Meter meter) {}

    /** What conversations are made of. */
    record Parts(
            GraphwizConfig config,
            TokenVerifier tokens,
            Realms realms,
            Clock clock,
            Supplier<String> ids,
            Supplier<CompletionStage<Void>> silence,
            Runnable onUserIdAlone,
            CustomHook custom,
            Numbers numbers,
            Endings endings,
            AtomicInteger quarantined,
            HandshakeLimits handshakes,
            BiFunction<Event, Integer, List<Frame>> words,
            Meter meter) {}

    private final Parts parts;
    private final Words words;
    private final Worlds worlds;
    private final Door door;
    private final Pages pages;
    private final Roles roles = new Roles();

    public GraphwizDialect(GraphwizConfig config, Surroundings around) {
        var numbers = new Numbers(config.tracksLatency(), config.reportWindow());
        var endings = new Endings();
        words = new Words(config.announcesLeaveTwice());
        parts = new Parts(
                config,
                around.tokens(),
                around.realms(),
                around.clock(),
                around.ids(),
                around.silence(),
                around.onUserIdAlone(),
                around.custom(),
                numbers,
                endings,
                new AtomicInteger(),
                new HandshakeLimits(config.rates(), around.clock()),
                words::of,
                around.meter());
        worlds = new Worlds(
                around.incarnation(),
                around.isShared(),
                config,
                around.loops(),
                around.clock(),
                new Notices(around.ids(), around.clock()),
                numbers,
                endings,
                around.meter());
        door = new Door(parts, parts.handshakes(), worlds);
        pages = new Pages(parts, door, worlds, around.statistics());
    }

    @Override
    public String name() {
        return NAME;
    }

    /** To be put between a node and its audiences, and attached to it. */
    public Worlds worlds() {
        return worlds;
    }

    /** For the performance report of the seed. */
    public Numbers numbers() {
        return parts.numbers();
    }

    /** Rooms of this node with somebody in them. */
    public int activeRooms() {
        return (int) worlds.all().stream().filter(World::isOpen).count();
    }

    /** Also paths that only begin like ours: those get our refusals. */
    @Override
    public boolean claims(HandshakeRequest request) {
        return RoomPath.isOurs(request.http().rawPath());
    }

    @Override
    public CompletionStage<Admission> admit(HandshakeRequest request) {
        return CompletableFuture.completedStage(door.admit(request, (session, room, caller) -> {
            String connection = parts.ids().get();
            String client = caller.clientId().isEmpty() ? parts.ids().get() : caller.clientId();
            String user = caller.userId().isEmpty() ? client : caller.userId();
            return new GraphwizConversation(parts, door, session, room, caller, new Identity(user, client, connection));
        }));
    }

    @Override
    public HttpResponse refusal(Problem problem) {
        return Refusals.of(problem);
    }

    @Override
    public List<Frame> encode(Event event, int variant) {
        return words.of(event, variant);
    }

    /** protocols/graphwiz.md section 15. */
    @Override
    public Farewell farewell(CloseReason reason) {
        return switch (reason) {
            case CLIENT_LEFT -> Farewell.closeFrame(1000, "");
            case DRAINING -> Farewell.closeFrame(1001, "Server is shutting down");
            case IDLE, DEAD_PEER -> Farewell.closeFrame(1001, "Nothing was heard");
            case SLOW_READER -> Farewell.closeFrame(1013, "Reads too slowly");
            case OVER_BUDGET -> Farewell.closeFrame(1013, "Try again later");
            case TOO_BIG -> Farewell.closeFrame(1009, "Message too big");
            case PROTOCOL_ERROR -> Farewell.closeFrame(1002, "Protocol error");
            case BAD_DATA -> Farewell.closeFrame(1007, "Invalid UTF-8");
            case ABUSE -> Farewell.closeFrame(1008, "Too many messages");
            case KICKED -> Farewell.closeFrame(4003, "Kicked");
            case REVOKED -> Farewell.closeFrame(4401, "Authentication required");
            case FAULT -> Farewell.closeFrame(1011, "Internal server error");
        };
    }

    /** Chat is at hand for those who count on its order, and lasts no longer than the process. */
    @Override
    public RoomRules rules() {
        GraphwizConfig.Rooms rooms = parts.config().rooms();
        var retention = new Retention(rooms.keptMessages(), Duration.ofHours(1), Retention.UNLIMITED, false);
        return new RoomRules(
                rooms.capacity(), retention, 0, NO_LINGER, false, TYPING_MILLIS, TYPING_MILLIS, true, false);
    }

    @Override
    public Gatekeeper gatekeeper() {
        return roles;
    }

    /** The original client says something every 30 seconds; others answer pings. */
    @Override
    public LinkLimits limits() {
        GraphwizConfig config = parts.config();
        return new LinkLimits(
                config.sizes().maxMessageBytes(), 0, config.pingInterval().toMillis(), true);
    }

    @Override
    public List<HttpRoute> routes() {
        return pages.routes();
    }

    @Override
    public Conversation thaw(Session session, DataInput in) throws IOException {
        return GraphwizConversation.thaw(parts, door, session, in);
    }
}
