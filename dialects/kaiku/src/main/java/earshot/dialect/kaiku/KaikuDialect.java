package earshot.dialect.kaiku;

import earshot.core.history.Retention;
import earshot.core.message.CloseReason;
import earshot.core.message.Event;
import earshot.core.message.KeptEvent;
import earshot.core.message.Problem;
import earshot.core.message.RoomId;
import earshot.core.message.VoiceEvent;
import earshot.core.room.Realms;
import earshot.core.room.RoomRules;
import earshot.core.session.Gatekeeper;
import earshot.core.session.ResumeBook;
import earshot.core.session.Session;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.core.voice.Voice;
import earshot.dialect.Admission;
import earshot.dialect.Conversation;
import earshot.dialect.Dialect;
import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.HttpRoute;
import earshot.dialect.TokenVerifier;
import earshot.dialect.WireUuid;
import java.io.DataInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Guild chat, direct messages, calls and voice signalling: tagged JSON at {@code /ws}. {@code WIRE.md} beside this module says what is on the wire, and
 * which test shows it. Thread-safe.
 */
public final class KaikuDialect implements Dialect {
    public static final String NAME = "kaiku";

    /** Kinds of {@link Event.Notified}: a finished event for one user's clients. */
    static final String EVENT = "kaiku.event";
    /** The same, of a call: conversations look at it, too. */
    static final String CALL = "kaiku.call";
    /** The user is in that call: a connection that came back is to know it. */
    static final String IN_CALL = "kaiku.in_call";
    /** The text is what the user's status is from now on. */
    static final String STATUS = "kaiku.status";
    /** Is another connection of the user not idle? */
    static final String IDLE = "kaiku.idle";
    /** Yes. */
    static final String ACTIVE = "kaiku.active";
    /** What the product says of the user is different now; the text says what. */
    static final String CHANGED = "kaiku.changed";

    static final String CIRCLE = "circle";
    static final String ACCESS = "access";

    private static final int CAPACITY = 10_000_000;
    /** Section 10: {@code voice_join}. */
    private static final int VOICE_JOINS = 5;

    private static final Duration VOICE_JOIN_WINDOW = Duration.ofSeconds(60);

    /**
     * What it is made of.
     *
     * @param secrets see {@link Surroundings#secrets}
     */
    record Parts(
            KaikuConfig config,
            KaikuProduct product,
            Places places,
            Reach reach,
            Statuses statuses,
            Calls calls,
            TokenVerifier tokens,
            UserRate connects,
            Voice voice,
            UserRate voiceJoins,
            ResumeTickets tickets,
            Supplier<String> secrets,
            Clock clock,
            Meter meter) {}

    /**
     * What the server gives it.
     *
     * @param ids fresh ids of messages, best in order of time; any thread
     * @param secrets fresh texts of 20 url-safe characters that nobody can guess; any thread
     * @param resume what connections that were lost come back to
     */
    public record Surroundings(
            KaikuProduct product,
            Reach reach,
            Voice voice,
            TokenVerifier tokens,
            Realms realms,
            ResumeBook resume,
            Supplier<String> ids,
            Supplier<String> secrets,
            Clock clock,
            Meter meter) {}

    private final Parts parts;
    private final Handshake handshake;
    private final Gatekeeper policy;
    private final KaikuHub hub;

    public KaikuDialect(KaikuConfig config, Surroundings around) {
        var places = new Places(around.realms(), around.product());
        var statuses = new Statuses(around.reach());
        parts = new Parts(
                config,
                around.product(),
                places,
                around.reach(),
                statuses,
                new Calls(around.reach(), around.product(), around.clock(), around.ids()),
                around.tokens(),
                new UserRate(config.rates().connects(), config.rates().window(), around.clock()),
                around.voice(),
                new UserRate(VOICE_JOINS, VOICE_JOIN_WINDOW, around.clock()),
                new ResumeTickets(around.resume(), config.resume()),
                around.secrets(),
                around.clock(),
                around.meter());
        handshake = new Handshake(parts);
        policy = new ChannelPolicy(around.product());
        hub = new Hub(around.reach(), places, statuses);
    }

    /** By which the product speaks to connected clients. */
    public KaikuHub hub() {
        return hub;
    }

    public KaikuCalls calls() {
        return parts.calls();
    }

    @Override
    public String name() {
        return NAME;
    }

    /** What has no key of another dialect's at the same path is ours. */
    @Override
    public boolean claims(HandshakeRequest request) {
        return request.http().path().equals(parts.config().path());
    }

    @Override
    public CompletionStage<Admission> admit(HandshakeRequest request) {
        return handshake.admit(
                request, (session, comer, variant) -> new KaikuConversation(parts, session, comer, variant));
    }

    @Override
    public HttpResponse refusal(Problem problem) {
        HttpResponse response = HttpResponse.text(problem.status(), words(problem));
        return problem.retryable() ? response.with("retry-after", "1") : response;
    }

    private static String words(Problem problem) {
        return switch (problem) {
            case BUSY, UNAVAILABLE, ROOM_FULL -> "Try again later";
            case RATE_LIMITED -> "Too many connections";
            case UNAUTHENTICATED -> "Missing access token";
            case FORBIDDEN -> "Invalid token";
            case NOT_FOUND -> "Not found";
            case INVALID, NOT_MEMBER, CONFLICT, TOO_LARGE, TOO_MANY_ROOMS -> "Bad request";
            case INTERNAL -> "Something went wrong";
        };
    }

    // --- what clients hear

    @Override
    public List<Frame> encode(Event event, int number) {
        Variant variant = Variant.of(number);
        return switch (event) {
            case KeptEvent.MessagePosted p ->
                p.message().deleted()
                        ? List.of()
                        : variant.frames(ServerFrames.messageNew(p.room(), MessageObject.of(p.message())));
            case KeptEvent.MessageEdited e -> variant.frames(ServerFrames.messageEdit(e));
            case KeptEvent.MessageDeleted d -> variant.frames(ServerFrames.messageDelete(d));
            case KeptEvent.MessagePinned p -> variant.frames(ServerFrames.pin(p));
            case Event.Typing t ->
                variant.frames(
                        ServerFrames.typing(t.room(), WireUuid.ofUser(t.user().user()), t.on()));
            case Event.UserJoined j -> presence(j, j.room(), variant);
            case Event.UserLeft l -> presence(l, l.room(), variant);
            case Event.StatusChanged s -> presence(s, s.room(), variant);
            case Event.Relayed r ->
                r.dialect().equals(NAME) && EventText.isOne(r.payload()) ? variant.frames(r.payload()) : List.of();
            case Event.Notified n -> notified(n, variant);
            case VoiceEvent v -> VoiceFrames.of(v).map(variant::frames).orElse(List.of());
            case Event.PresenceChanged _, Event.VotesChanged _ -> List.of();
        };
    }

    /** Who comes and goes is told to those who look into the user's own room: friends. */
    private static List<Frame> presence(Event event, RoomId room, Variant variant) {
        var user = Places.isOfUser(room) ? Places.behind(Places.USER, room) : null;
        String shown = Friends.shown(event);
        return user == null || shown == null ? List.of() : variant.frames(ServerFrames.presence(user, shown));
    }

    private static List<Frame> notified(Event.Notified event, Variant variant) {
        return switch (event.kind()) {
            case EVENT, CALL -> {
                byte[] json = event.text().getBytes(StandardCharsets.UTF_8);
                yield EventText.isOne(json) ? variant.frames(json) : List.of();
            }
            case STATUS ->
                variant.frames(ServerFrames.presence(WireUuid.ofUser(event.user()), Friends.ofWord(event.text())));
            default -> List.of();
        };
    }

    /** The original's browser client never comes back by itself, its phone client after a second, whatever the code. */
    @Override
    public Farewell farewell(CloseReason reason) {
        return switch (reason) {
            case CLIENT_LEFT -> Farewell.closeFrame(1000, "");
            case DRAINING -> Farewell.closeFrame(1001, "Server shutting down");
            case IDLE -> Farewell.closeFrame(1001, "Idle");
            case DEAD_PEER -> new Farewell.Cut();
            case SLOW_READER, OVER_BUDGET -> Farewell.closeFrame(1013, "Reads too slowly");
            case TOO_BIG -> Farewell.closeFrame(1009, "Message too big");
            case PROTOCOL_ERROR -> Farewell.closeFrame(1002, "");
            case BAD_DATA -> Farewell.closeFrame(1007, "");
            case ABUSE -> Farewell.closeFrame(1008, "Too many messages");
            case KICKED, REVOKED -> Farewell.closeFrame(4401, "Session revoked");
            case FAULT -> Farewell.closeFrame(1011, "");
        };
    }

    // --- rules

    @Override
    public RoomRules rules() {
        return new RoomRules(
                CAPACITY,
                Retention.EVERYTHING,
                0,
                parts.config().presence().grace().toMillis(),
                true,
                parts.config().typing().repeat().toMillis(),
                parts.config().typing().expiry().toMillis(),
                true,
                false,
                false,
                true);
    }

    @Override
    public Gatekeeper gatekeeper() {
        return policy;
    }

    @Override
    public LinkLimits limits() {
        KaikuConfig.Sizes sizes = parts.config().sizes();
        return new LinkLimits(sizes.messageBytes(), 0, sizes.ping().toMillis(), true);
    }

    @Override
    public long slowReaderMillis() {
        return parts.config().sizes().slowReader().toMillis();
    }

    /** The product's routes are its own. */
    @Override
    public List<HttpRoute> routes() {
        return List.of();
    }

    @Override
    public Conversation thaw(Session session, DataInput in) throws IOException {
        return KaikuConversation.thaw(parts, session, in);
    }
}
