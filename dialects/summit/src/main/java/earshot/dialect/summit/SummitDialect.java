package earshot.dialect.summit;

import earshot.core.history.RoomLog;
import earshot.core.message.CloseReason;
import earshot.core.message.Event;
import earshot.core.message.KeptEvent;
import earshot.core.message.Problem;
import earshot.core.message.VoiceEvent;
import earshot.core.room.Realms;
import earshot.core.room.RoomRules;
import earshot.core.session.Gatekeeper;
import earshot.core.session.ResumeBook;
import earshot.core.session.Session;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.dialect.Admission;
import earshot.dialect.Conversation;
import earshot.dialect.Dialect;
import earshot.dialect.EngineIo;
import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.HttpRoute;
import earshot.dialect.Places;
import earshot.dialect.TokenVerifier;
import java.io.DataInput;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Multi-tenant rooms with presence and replay: Socket.IO 5 over Engine.IO at {@code /socket.io/}. {@code WIRE.md} beside this module says what is on the
 * wire, and which test shows it. Thread-safe.
 *
 * <p>The one thing to know: the original's client gives up for good after a CONNECT_ERROR and after a DISCONNECT packet, and comes back by itself when its
 * transport ends. So what may go well later ends the transport, and only what never will is said in a packet.
 */
public final class SummitDialect implements Dialect {
    public static final String NAME = "summit";

    /** There is no typing on this wire; what other dialects of a meeting need for theirs. */
    private static final long TYPING_DEBOUNCE_MILLIS = 1000;

    /**
     * What it is made of.
     *
     * @param messageIds fresh ids of messages, best in order of time; any thread
     * @param secrets fresh ids of 20 url-safe characters that nobody can guess; any thread
     * @param jitter milliseconds after which a client is to come back when the server restarts, another number each time; any thread
     * @param isDraining whether the server takes no new connections any more; any thread
     */
    record Parts(
            SummitConfig config,
            Namespaces namespaces,
            Door door,
            RateLimits limits,
            Realms realms,
            Clock clock,
            Supplier<String> messageIds,
            Supplier<String> secrets,
            LongSupplier jitter,
            BooleanSupplier isDraining,
            Recovery recovery,
            Emissions emissions,
            Meter meter) {}

    /**
     * What the server gives it.
     *
     * @param authorizer null: the token alone decides
     * @param resume what clients that lost their connection come back to
     * @param log where their rooms' past is
     */
    public record Surroundings(
            TokenVerifier tokens,
            Realms realms,
            Clock clock,
            Supplier<String> messageIds,
            Supplier<String> secrets,
            LongSupplier jitter,
            BooleanSupplier isDraining,
            @Nullable RoomAuthorizer authorizer,
            ResumeBook resume,
            RoomLog log,
            Meter meter) {}

    private final Parts parts;
    private final SummitConversation.Services services;
    private final SummitConfig config;
    private final RoomPolicy policy;

    public SummitDialect(SummitConfig config, Surroundings around) {
        this.config = config;
        this.policy = new RoomPolicy(config.access(), around.authorizer());
        this.parts = new Parts(
                config,
                new Namespaces(config.namespaces()),
                new Door(around.tokens(), config.access(), around.meter()),
                new RateLimits(config.rates(), around.clock()),
                around.realms(),
                around.clock(),
                around.messageIds(),
                around.secrets(),
                around.jitter(),
                around.isDraining(),
                new Recovery(around.resume(), around.log(), config.recovery(), around.meter()),
                new Emissions(),
                around.meter());
        this.services = SummitConversation.Services.of(parts);
    }

    /** How core calls a room of a namespace. */
    public static String roomName(String namespace, String name) {
        return RoomSpelling.inCore(namespace, name);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public EngineIo engineIo() {
        return config.engine();
    }

    /** The path decides; asked by nobody but tests. */
    @Override
    public boolean claims(HandshakeRequest request) {
        return request.http().path().startsWith(config.engine().path());
    }

    /** Who it is comes with the CONNECT packet. */
    @Override
    public CompletionStage<Admission> admit(HandshakeRequest request) {
        String header = request.bearer().filter(t -> !t.isEmpty()).orElse(null);
        return CompletableFuture.completedStage(
                new Admission.Unidentified(session -> new SummitConversation(services, session, header)));
    }

    /** As Engine.IO says no; its client tries again by itself. */
    @Override
    public HttpResponse refusal(Problem problem) {
        HttpResponse response =
                HttpResponse.json(problem.status(), "{\"code\":3,\"message\":\"" + problem.code() + "\"}");
        return problem.retryable() ? response.with("retry-after", "1") : response;
    }

    /** There are no edits, deletions, pins, votes, typing or notifications in this protocol. */
    @Override
    public List<Frame> encode(Event event, int number) {
        Variant variant = Variant.of(number);
        return switch (event) {
            case KeptEvent.MessagePosted p ->
                p.message().deleted() ? List.of() : ServerEvents.message(p.message(), variant);
            case Event.UserJoined j -> List.of(ServerEvents.joined(j, variant.spelling()));
            case Event.UserLeft l -> List.of(ServerEvents.left(l, variant.spelling()));
            case Event.PresenceChanged p ->
                List.of(ServerEvents.presence(
                        p.room(),
                        p.presence(),
                        variant.spelling(),
                        parts.clock().millis()));
            case Event.Relayed r ->
                r.dialect().equals(NAME)
                        ? ServerEvents.emitted(RoomSpelling.namespaceOf(r.room()), Packets.NO_ACK, r.payload())
                        : List.of();
            case Event.Notified _,
                    Event.StatusChanged _,
                    Event.Typing _,
                    Event.VotesChanged _,
                    KeptEvent.MessageEdited _,
                    KeptEvent.MessageDeleted _,
                    KeptEvent.MessagePinned _,
                    VoiceEvent _ -> List.of();
        };
    }

    @Override
    public @Nullable Places places(int variant) {
        return Variant.of(variant).offsets() ? OtherRooms.PLACES : null;
    }

    @Override
    public Farewell farewell(CloseReason reason) {
        return switch (reason) {
            case CLIENT_LEFT -> Farewell.closeFrame(1000, "");
            case DRAINING -> Farewell.closeFrame(1001, "Server shutting down");
            case IDLE, DEAD_PEER -> Farewell.closeFrame(1001, "Ping timeout");
            case SLOW_READER, OVER_BUDGET -> Farewell.closeFrame(1001, "Too slow");
            case TOO_BIG -> Farewell.closeFrame(1009, "Message too big");
            case PROTOCOL_ERROR -> Farewell.closeFrame(1002, "Parse error");
            case BAD_DATA -> Farewell.closeFrame(1007, "Invalid UTF-8");
            case ABUSE -> Farewell.closeFrame(1008, "Policy violation");
            // The packet that makes the client stay away.
            case KICKED -> new Farewell.CloseFrame(1008, "Kicked", List.of(Packets.disconnect(Packets.MAIN)));
            case REVOKED -> Farewell.closeFrame(1008, "Token expired");
            case FAULT -> Farewell.closeFrame(1011, "Internal server error");
        };
    }

    @Override
    public RoomRules rules() {
        return new RoomRules(
                config.rooms().capacity(),
                config.persistence().retention(),
                config.persistence().window(),
                config.presenceGrace().toMillis(),
                true,
                TYPING_DEBOUNCE_MILLIS,
                0,
                false,
                false,
                true);
    }

    @Override
    public Gatekeeper gatekeeper() {
        return policy;
    }

    /** Engine.IO has pings of its own. */
    @Override
    public LinkLimits limits() {
        return new LinkLimits(config.maxMessageBytes(), 0, 0, true);
    }

    @Override
    public List<HttpRoute> routes() {
        return List.of();
    }

    @Override
    public Conversation thaw(Session session, DataInput in) throws IOException {
        return SummitConversation.thaw(services, session, in);
    }
}
