package earshot.dialect.testkit;

import earshot.core.history.Retention;
import earshot.core.message.CloseReason;
import earshot.core.message.Event;
import earshot.core.message.KeptEvent;
import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.message.VoiceEvent;
import earshot.core.room.RoomRules;
import earshot.core.session.Gatekeeper;
import earshot.core.session.Permission;
import earshot.core.session.Session;
import earshot.dialect.Admission;
import earshot.dialect.Conversation;
import earshot.dialect.Dialect;
import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.HttpRoute;
import java.io.DataInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A dialect that wants everything the contract allows, so that core and gateway cannot grow into the shape of the polite ones: three variants
 * (one frame, two frames, text), binary messages, events to all but a user, a test per viewer, sessions whose frames come by two links, HTTP
 * routes of its own, anonymous users, rooms that refuse, are slow to admit or are full, and farewells of each sort.
 *
 * <p>Connect to {@code /nasty/TENANT?user=NAME}; {@code &reserve=ROOM} holds a place in that room first; no user: anonymous; the user
 * {@code nobody} gets 401. Subprotocol {@code nasty.0} … {@code nasty.2} chooses the variant. Frames: see {@link NastyConversation}.
 */
public final class NastyDialect implements Dialect {
    public static final String NAME = "nasty";
    static final int VARIANTS = 3;

    private final RoomRules rules;

    public NastyDialect() {
        this(new RoomRules(
                4, new Retention(100, Retention.FOREVER, 1 << 20, false), 20, 2_000, true, 1_000, 3_000, false, false));
    }

    public NastyDialect(RoomRules rules) {
        this.rules = rules;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean claims(HandshakeRequest request) {
        return request.http().path().startsWith("/nasty/");
    }

    @Override
    public CompletionStage<Admission> admit(HandshakeRequest request) {
        String tenant = request.http()
                .path()
                .substring(Math.min("/nasty/".length(), request.http().path().length()));
        Optional<String> user = request.http().queryParam("user").filter(u -> !u.isEmpty());
        if (user.filter("nobody"::equals).isPresent()) {
            return CompletableFuture.completedStage(new Admission.Refused(refusal(Problem.UNAUTHENTICATED)));
        }
        int variant = variant(request.subprotocols());
        Profile profile = user.map(u -> Profile.named(new UserId(NAME, u), u)).orElse(null);
        RoomId reserve = request.http()
                .queryParam("reserve")
                .filter(r -> !r.isEmpty() && r.length() <= RoomId.MAX_NAME_CHARS)
                .map(r -> new RoomId(NAME, tenant, r))
                .orElse(null);
        String subprotocol = request.subprotocols().isEmpty() ? null : "nasty." + variant;
        // Completed on another thread: a gateway that goes on wherever the stage completes is found out.
        return CompletableFuture.supplyAsync(() -> new Admission.Accepted(
                profile,
                tenant,
                Set.of("shout"),
                "",
                subprotocol,
                reserve,
                session -> new NastyConversation(session, variant)));
    }

    private static int variant(List<String> subprotocols) {
        for (String s : subprotocols) {
            for (int v = 0; v < VARIANTS; v++) if (s.equals("nasty." + v)) return v;
        }
        return 0;
    }

    @Override
    public HttpResponse refusal(Problem problem) {
        return HttpResponse.text(problem.status(), "nasty " + problem.code()).with("x-nasty", "1");
    }

    @Override
    public List<Frame> encode(Event event, int variant) {
        return switch (event) {
            case KeptEvent.MessagePosted p ->
                say(
                        variant,
                        "said",
                        p.room().name(),
                        p.message().author().user().id(),
                        p.message().text());
            case KeptEvent.MessageEdited e -> say(variant, "edited", e.room().name(), e.messageId(), e.text());
            case KeptEvent.MessageDeleted d -> say(variant, "deleted", d.room().name(), d.messageId(), "");
            case KeptEvent.MessagePinned p ->
                say(variant, "pinned", p.room().name(), p.messageId(), p.pinned() ? "1" : "0");
            case Event.UserJoined j ->
                say(variant, "joined", j.room().name(), j.user().user().id(), "");
            case Event.UserLeft l ->
                say(variant, "left", l.room().name(), l.user().user().id(), "");
            case Event.Typing t ->
                t.repeated()
                        ? List.of()
                        : say(variant, "types", t.room().name(), t.user().user().id(), t.on() ? "1" : "0");
            case Event.StatusChanged s ->
                say(variant, "status", s.room().name(), s.user().user().id(), s.status());
            case Event.PresenceChanged p ->
                say(
                        variant,
                        "here",
                        p.room().name(),
                        String.valueOf(p.presence().users().size()),
                        "");
            case Event.VotesChanged v ->
                say(variant, "votes", v.room().name(), v.messageId(), v.upvotes() + "/" + v.downvotes());
            case Event.Notified n -> say(variant, "notified", n.kind(), n.user().id(), n.text());
            case Event.Relayed r -> relayed(r, variant);
            case VoiceEvent v -> say(variant, "voice", v.room().name());
        };
    }

    private static List<Frame> relayed(Event.Relayed r, int variant) {
        if (!r.dialect().equals(NAME)) return List.of();
        return say(
                variant,
                "relayed",
                r.room().name(),
                r.key() == null ? "" : r.key(),
                new String(r.payload(), StandardCharsets.UTF_8));
    }

    /** One frame, two frames, or text: members of one room hear the same event in different shapes. */
    static List<Frame> say(int variant, String... parts) {
        byte[] bytes = String.join("\u0000", parts).getBytes(StandardCharsets.UTF_8);
        return switch (variant % VARIANTS) {
            case 0 -> List.of(Frame.binary(bytes));
            case 1 -> List.of(Frame.binary(parts[0].getBytes(StandardCharsets.UTF_8)), Frame.binary(bytes));
            default -> List.of(Frame.text(bytes));
        };
    }

    @Override
    public Farewell farewell(CloseReason reason) {
        return switch (reason) {
            case CLIENT_LEFT -> Farewell.closeFrame(1000, "");
            case DRAINING, IDLE -> new Farewell.CloseFrame(1001, "bye", say(1, "goodbye", reason.name()));
            case DEAD_PEER, SLOW_READER, OVER_BUDGET -> new Farewell.Cut();
            case TOO_BIG -> Farewell.closeFrame(1009, "too big");
            case PROTOCOL_ERROR -> Farewell.closeFrame(1002, "protocol error");
            case BAD_DATA -> Farewell.closeFrame(1007, "bad data");
            case ABUSE, KICKED -> Farewell.closeFrame(1008, "\u00dc".repeat(61));
            case REVOKED -> Farewell.closeFrame(4401, "revoked");
            case FAULT -> Farewell.closeFrame(1011, "fault");
        };
    }

    @Override
    public RoomRules rules() {
        return rules;
    }

    /** Rooms that begin with {@code secret} refuse, with {@code slow} answer later and elsewhere, with {@code quiet} may only be read. */
    @Override
    public Gatekeeper gatekeeper() {
        return (_, room) -> {
            if (room.name().startsWith("secret")) {
                return CompletableFuture.completedStage(new Gatekeeper.Verdict.Denied(Problem.FORBIDDEN));
            }
            EnumSet<Permission> all = EnumSet.allOf(Permission.class);
            if (room.name().startsWith("quiet")) all = EnumSet.of(Permission.READ);
            Gatekeeper.Verdict granted = new Gatekeeper.Verdict.Granted(all);
            return room.name().startsWith("slow")
                    ? CompletableFuture.supplyAsync(() -> granted)
                    : CompletableFuture.completedStage(granted);
        };
    }

    @Override
    public LinkLimits limits() {
        return new LinkLimits(4096, 60_000, 20_000, true);
    }

    @Override
    public List<HttpRoute> routes() {
        return List.of(
                new HttpRoute(
                        "GET",
                        "/nasty-rules",
                        0,
                        _ -> CompletableFuture.completedStage(HttpResponse.text(200, "there are none"))),
                new HttpRoute(
                        "POST",
                        "/nasty-echo",
                        1024,
                        request -> CompletableFuture.supplyAsync(
                                () -> HttpResponse.text(200, new String(request.body(), StandardCharsets.UTF_8)))),
                new HttpRoute(
                        "*",
                        "/nasty-files/*",
                        0,
                        request -> CompletableFuture.completedStage(HttpResponse.text(200, request.path()))),
                new HttpRoute(
                        "GET",
                        "/nasty-fails",
                        0,
                        _ -> CompletableFuture.failedStage(new IllegalStateException("nasty"))),
                new HttpRoute("GET", "/nasty-throws", 0, _ -> {
                    throw new IllegalStateException("nasty");
                }));
    }

    @Override
    public Conversation thaw(Session session, DataInput in) throws IOException {
        return NastyConversation.thaw(session, in);
    }
}
