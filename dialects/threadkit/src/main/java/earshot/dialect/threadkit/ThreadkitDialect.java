package earshot.dialect.threadkit;

import earshot.core.message.CloseReason;
import earshot.core.message.Event;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
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
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Comment threads on web pages: JSON-RPC 2.0 notifications over a WebSocket. WIRE.md of this module is the specification. Thread-safe.
 */
public final class ThreadkitDialect implements Dialect {
    public static final String NAME = "threadkit";

    /** The payload of a {@link Event.Relayed} of this kind is a finished frame. */
    static final int FINISHED_FRAME = 0;

    private static final Set<String> NOTIFICATIONS = Set.of("reply", "mention", "upvote");
    private static final String COME_BACK_SECONDS = "3";

    private final ThreadkitConfig config;
    private final ThreadkitConversation.Setting setting;
    private final Handshake handshake;
    private final Gatekeeper gatekeeper = new ThreadkitGatekeeper();

    public ThreadkitDialect(
            ThreadkitConfig config,
            Sites sites,
            UserBook users,
            TokenVerifier tokens,
            Realms realms,
            Clock clock,
            Meter meter) {
        this.config = config;
        this.setting = new ThreadkitConversation.Setting(config, realms, clock);
        this.handshake = new Handshake(sites, users, tokens, meter, setting);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean claims(HandshakeRequest request) {
        if (!isOurPath(request.http().path())) return false;
        return config.soleOwnerOfWs() || Handshake.key(request.http()).isPresent();
    }

    /** The client appends {@code /ws} to a base that may end with a slash. */
    private boolean isOurPath(String path) {
        int from = 0;
        while (path.startsWith("//", from)) from++;
        int to = path.endsWith("/") ? path.length() - 1 : path.length();
        return to - from == config.path().length() && path.startsWith(config.path(), from);
    }

    @Override
    public CompletionStage<Admission> admit(HandshakeRequest request) {
        return handshake.admit(request);
    }

    @Override
    public HttpResponse refusal(Problem problem) {
        HttpResponse response = HttpResponse.text(problem.status(), words(problem));
        return problem.retryable() ? response.with("retry-after", COME_BACK_SECONDS) : response;
    }

    private static String words(Problem problem) {
        return switch (problem) {
            case BUSY, UNAVAILABLE -> "Try again later";
            case ROOM_FULL -> "Page is full";
            case RATE_LIMITED -> "Too many connections";
            case UNAUTHENTICATED -> "Invalid API key";
            case FORBIDDEN -> "Not allowed";
            case NOT_FOUND -> "Not found";
            case INVALID, NOT_MEMBER, CONFLICT, TOO_LARGE, TOO_MANY_ROOMS -> "Bad request";
            case INTERNAL -> "Something went wrong";
        };
    }

    @Override
    public List<Frame> encode(Event event, int variant) {
        return switch (event) {
            case KeptEvent.MessagePosted p -> posted(p.message());
            case KeptEvent.MessageEdited e -> List.of(ServerFrames.edited(e));
            case KeptEvent.MessageDeleted d -> List.of(ServerFrames.deleted(d.room(), d.messageId()));
            case KeptEvent.MessagePinned p -> List.of(ServerFrames.pinned(p));
            case Event.VotesChanged v -> List.of(ServerFrames.votes(v));
            case Event.UserJoined j -> List.of(ServerFrames.joined(j));
            case Event.UserLeft l -> List.of(ServerFrames.left(l));
            // Repeats too: a client forgets a typist after three seconds. It has no word for the end of typing.
            case Event.Typing t -> t.on() ? List.of(ServerFrames.typing(t)) : List.of();
            case Event.Notified n -> notified(n);
            case Event.Relayed r -> relayed(r);
            case Event.StatusChanged _, Event.PresenceChanged _, VoiceEvent _ -> List.of();
        };
    }

    private List<Frame> posted(Message message) {
        if (message.deleted()) return List.of();
        byte[] body = TreeComment.ownBody(message);
        TreeComment own = body == null ? null : TreeComment.read(body);
        if (body == null || own == null) return List.of(ServerFrames.comment(message));
        if (own.isWithheld() && !config.relayPending()) return List.of();
        return List.of(ServerFrames.ownComment(message.room(), body));
    }

    /** The client knows three kinds, and needs somebody and something to show. */
    private static List<Frame> notified(Event.Notified event) {
        if (!NOTIFICATIONS.contains(event.kind()) || event.messageId() == null || event.from() == null)
            return List.of();
        return List.of(ServerFrames.notification(event.kind(), event.messageId(), event.from()));
    }

    private static List<Frame> relayed(Event.Relayed event) {
        boolean ours = event.dialect().equals(NAME) && event.variantOrKind() == FINISHED_FRAME;
        return ours && ServerFrames.isFrame(event.payload()) ? List.of(Frame.text(event.payload())) : List.of();
    }

    /** The client looks at neither code nor reason and is back after three seconds, whatever they say: they are for people. */
    @Override
    public Farewell farewell(CloseReason reason) {
        return switch (reason) {
            case CLIENT_LEFT -> Farewell.closeFrame(1000, "");
            case DRAINING -> Farewell.closeFrame(1001, "server is stopping");
            case IDLE -> Farewell.closeFrame(1001, "idle");
            case DEAD_PEER -> new Farewell.Cut();
            case SLOW_READER, OVER_BUDGET -> Farewell.closeFrame(1008, "reads too slowly");
            case ABUSE -> Farewell.closeFrame(1008, "too many messages");
            case KICKED, REVOKED -> Farewell.closeFrame(1008, "not allowed");
            case TOO_BIG -> Farewell.closeFrame(1009, "message too big");
            case PROTOCOL_ERROR -> Farewell.closeFrame(1002, "");
            case BAD_DATA -> Farewell.closeFrame(1007, "");
            case FAULT -> Farewell.closeFrame(1011, "");
        };
    }

    @Override
    public RoomRules rules() {
        return config.rules();
    }

    @Override
    public Gatekeeper gatekeeper() {
        return gatekeeper;
    }

    @Override
    public LinkLimits limits() {
        return new LinkLimits(
                config.maxMessageBytes(),
                config.idleTimeout().toMillis(),
                config.pingInterval().toMillis(),
                true);
    }

    @Override
    public List<HttpRoute> routes() {
        return List.of();
    }

    @Override
    public Conversation thaw(Session session, DataInput in) throws IOException {
        return ThreadkitConversation.thaw(setting, in);
    }
}
