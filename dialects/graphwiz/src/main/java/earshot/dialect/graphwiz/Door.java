package earshot.dialect.graphwiz;

import earshot.core.message.Problem;
import earshot.core.message.RoomId;
import earshot.core.session.Session;
import earshot.core.telemetry.Metric;
import earshot.dialect.Admission;
import earshot.dialect.Claims;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.TokenVerifier;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides over handshakes, in the seed's order: how often, then who (protocols/graphwiz.md section 3.2). Whoever is refused is refused here, before the
 * upgrade: the original client comes back a second after any close. Thread-safe.
 */
final class Door {
    private static final System.Logger LOG = System.getLogger(Door.class.getName());
    private static final int MAX_NAME_CHARS = 128;
    private static final String ACK = "graphwiz.ack";
    private static final List<String> FRAMINGS = List.of("graphwiz.protobuf", "graphwiz.hub", "graphwiz.json");
    private static final List<String> FRAMING_WORDS = List.of("p", "h", "j");

    private final GraphwizDialect.Parts parts;
    private final HandshakeLimits limits;
    private final Worlds worlds;

    Door(GraphwizDialect.Parts parts, HandshakeLimits limits, Worlds worlds) {
        this.parts = parts;
        this.limits = limits;
        this.worlds = worlds;
    }

    /**
     * Who asks to come in.
     *
     * @param userId empty: not known yet
     * @param clientId empty: the hello may still name it
     * @param roles of the token
     * @param isKnown false: the hello must bring a token
     * @param framing what it speaks, when the handshake says so; null: to be heard
     */
    record Caller(
            String userId,
            String clientId,
            String displayName,
            Set<String> roles,
            String tokenId,
            boolean isKnown,
            @Nullable Framing framing,
            boolean acknowledges) {
        Caller named(String name) {
            return new Caller(userId, clientId, name, roles, tokenId, isKnown, framing, acknowledges);
        }

        Caller as(String user, Set<String> itsRoles, String token) {
            return new Caller(user, clientId, displayName, itsRoles, token, true, framing, acknowledges);
        }
    }

    /** How a conversation is made once its session exists. */
    interface Opening {
        GraphwizConversation open(Session session, RoomId room, Caller caller);
    }

    Admission admit(HandshakeRequest request, Opening opening) {
        HttpRequest http = request.http();
        Optional<String> name = RoomPath.room(http.rawPath());
        if (name.isEmpty()) return refused(Refusals.invalid(Refusals.BAD_ROOM));
        if (!isAllowedOrigin(http)) return refused(Refusals.forbidden(Refusals.ORIGIN));
        long wait = limits.enter(http.remote(), http.loopback());
        if (wait > 0) {
            parts.meter().add(Metric.LIMITS, 1, "graphwiz.handshakes");
            return refused(Refusals.rateLimited(wait));
        }
        Outcome outcome = identify(request);
        if (!(outcome instanceof Outcome.Known known)) return refused(((Outcome.Refused) outcome).response());
        RoomId room = parts.realms().resolve(GraphwizDialect.NAME, "", name.get());
        HttpResponse closed = worlds.refusal(room, known.caller());
        if (closed != null) return refused(closed);
        return new Admission.Unidentified(session -> opening.open(session, room, known.caller()), subprotocol(request));
    }

    private Admission refused(HttpResponse response) {
        parts.numbers().handshakeRefused();
        return new Admission.Refused(response);
    }

    /** Who sends none is no browser; the server's own pages are at home. */
    private boolean isAllowedOrigin(HttpRequest http) {
        String origin = http.header("origin").orElse("");
        if (origin.isEmpty() || parts.config().anyOrigin()) return true;
        int host = origin.indexOf("://");
        String own = http.header("host").orElse("");
        return parts.config().origins().contains(origin)
                || (host > 0 && !own.isEmpty() && origin.substring(host + 3).equalsIgnoreCase(own));
    }

    // --- who

    private sealed interface Outcome {
        record Known(Caller caller) implements Outcome {}

        record Refused(HttpResponse response) implements Outcome {}
    }

    private Outcome identify(HandshakeRequest request) {
        String userId = query(request, "user_id");
        if (userId.length() > Sane.MAX_ID_CHARS || userId.chars().anyMatch(Character::isISOControl))
            return new Outcome.Refused(Refusals.invalid("user_id must be at most 256 characters"));
        Caller caller = caller(request);
        String token = token(request);
        if (!token.isEmpty()) {
            Verdict verdict = verify(token, userId);
            return verdict instanceof Verdict.Genuine who
                    ? new Outcome.Known(caller.as(who.userId(), who.roles(), who.tokenId()))
                    : new Outcome.Refused(Refusals.unauthenticated(((Verdict.Refused) verdict).message()));
        }
        return withoutToken(caller, userId);
    }

    private Outcome withoutToken(Caller caller, String userId) {
        GraphwizConfig.Access access = parts.config().access();
        if (access.userIdAlone() && !userId.isEmpty()) {
            parts.onUserIdAlone().run();
            return new Outcome.Known(caller.as(userId, Set.of(), ""));
        }
        if (access.helloToken()) {
            if (parts.quarantined().get() >= access.quarantine()) {
                parts.meter().add(Metric.LIMITS, 1, "graphwiz.quarantine");
                return new Outcome.Refused(Refusals.of(Problem.BUSY));
            }
            return new Outcome.Known(new Caller(
                    userId,
                    caller.clientId(),
                    caller.displayName(),
                    Set.of(),
                    "",
                    false,
                    caller.framing(),
                    caller.acknowledges()));
        }
        if (access.anonymous()) return new Outcome.Known(caller.as("", Set.of(), ""));
        count("missing");
        return new Outcome.Refused(Refusals.unauthenticated(Refusals.NEITHER));
    }

    private Caller caller(HandshakeRequest request) {
        String clientId = query(request, "client_id");
        String name = query(request, "display_name");
        return new Caller(
                "",
                Identity.isClientId(clientId) ? clientId : "",
                name.length() <= MAX_NAME_CHARS ? name : "",
                Set.of(),
                "",
                false,
                framing(request),
                request.subprotocols().contains(ACK) || query(request, "ack").equals("1"));
    }

    private static String query(HandshakeRequest request, String name) {
        return request.http().queryParam(name).orElse("");
    }

    // --- tokens

    /** What a token says of its bearer. */
    sealed interface Verdict {
        record Genuine(String userId, Set<String> roles, String tokenId) implements Verdict {}

        record Refused(String message) implements Verdict {}
    }

    /** The query first, as the seed has it; an empty one counts as none. */
    private static String token(HandshakeRequest request) {
        String token = query(request, "auth_token");
        if (token.isEmpty()) token = query(request, "token");
        if (token.isEmpty()) token = request.bearer().orElse("");
        if (token.isEmpty())
            token = request.subprotocols().stream()
                    .filter(Door::looksLikeToken)
                    .findFirst()
                    .orElse("");
        return token;
    }

    private static boolean looksLikeToken(String subprotocol) {
        return subprotocol.chars().filter(c -> c == '.').count() == 2 && subprotocol.length() > 40;
    }

    /**
     * Both shapes of claims: of the original's shared JwtManager, and of what its auth service really issues (section 3.3).
     *
     * @param userId whom the client says it is; empty: nobody in particular
     */
    Verdict verify(String token, String userId) {
        return switch (parts.tokens().verify(token)) {
            case TokenVerifier.Verdict.Invalid invalid -> {
                count(invalid.reason().name().toLowerCase(Locale.ROOT));
                yield new Verdict.Refused(Refusals.invalidToken(invalid.reason()));
            }
            case TokenVerifier.Verdict.Valid valid -> judged(valid.claims(), userId);
        };
    }

    private Verdict judged(Claims claims, String userId) {
        Optional<String> subject = claims.string("sub").filter(s -> s.length() <= Sane.MAX_ID_CHARS);
        if (subject.isEmpty() || !(claims.values().get("exp") instanceof Number)) {
            count("incomplete");
            return new Verdict.Refused("Invalid token: sub and exp are required");
        }
        if (!userId.isEmpty() && !userId.equals(subject.get())) {
            count("mismatch");
            return new Verdict.Refused(Refusals.MISMATCH);
        }
        Set<String> roles = new HashSet<>(claims.strings("roles"));
        claims.string("role").ifPresent(roles::add);
        return new Verdict.Genuine(subject.get(), roles, claims.string("jti").orElse(""));
    }

    private void count(String reason) {
        parts.meter().add(Metric.AUTH_FAILURES, 1, GraphwizDialect.NAME, reason);
        LOG.log(System.Logger.Level.DEBUG, () -> "handshake refused reason=" + reason);
    }

    // --- what it speaks

    private static @Nullable Framing framing(HandshakeRequest request) {
        int word = FRAMING_WORDS.indexOf(query(request, "proto"));
        if (word >= 0) return Framing.at(word);
        for (String offered : request.subprotocols()) {
            int known = FRAMINGS.indexOf(offered);
            if (known >= 0) return Framing.at(known);
        }
        return null;
    }

    /** What we understood; else the only one that was offered, since a browser whose one offer is not taken up gives up. */
    private static @Nullable String subprotocol(HandshakeRequest request) {
        List<String> offered = request.subprotocols();
        for (String each : offered) if (FRAMINGS.contains(each)) return each;
        if (offered.contains(ACK)) return ACK;
        return offered.size() == 1 && !offered.getFirst().isEmpty() ? offered.getFirst() : null;
    }
}
