package earshot.dialect.waddle;

import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.session.Session;
import earshot.core.telemetry.Metric;
import earshot.dialect.Admission;
import earshot.dialect.Claims;
import earshot.dialect.Conversation;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.TokenVerifier;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Decides over handshakes, in the seed's order: path (404), token (401), and then, through {@link Admission.Accepted#reserve}, a free place
 * in the channel (503). Thread-safe.
 */
final class Door {
    /** Beyond it an id is no id. */
    private static final int MAX_USER_ID_CHARS = 256;

    private static final int MAX_NAME_CHARS = 256;
    private static final List<String> TOKEN_KIND_CLAIMS = List.of("type", "typ", "token_type");

    private final WaddleDialect.Parts parts;

    Door(WaddleDialect.Parts parts) {
        this.parts = parts;
    }

    /** How a conversation is made once its session exists. */
    interface Opening {
        Conversation open(Session session, RoomId room, long tokenExpiresMillis);
    }

    CompletionStage<Admission> admit(HandshakeRequest request, Opening opening) {
        Optional<String> channel = ChannelPath.channel(request.http().rawPath());
        if (channel.isEmpty()) return refused(Problem.NOT_FOUND);
        Optional<Claims> claims = token(request).flatMap(this::genuine);
        Optional<String> id = claims.flatMap(c -> c.string("sub")).filter(s -> s.length() <= MAX_USER_ID_CHARS);
        if (claims.isEmpty() || id.isEmpty()) return refused(Problem.UNAUTHENTICATED);
        RoomId room = parts.realms().resolve(WaddleDialect.NAME, "", channel.get());
        return profile(id.get(), claims.get()).thenApply(user -> accepted(request, claims.get(), user, room, opening));
    }

    private static CompletionStage<Admission> refused(Problem problem) {
        return CompletableFuture.completedStage(new Admission.Refused(Refusals.of(problem)));
    }

    private static Admission accepted(
            HandshakeRequest request, Claims claims, Profile user, RoomId room, Opening opening) {
        long expires = expiresMillis(claims);
        return new Admission.Accepted(
                user,
                "",
                permissions(claims),
                claims.string("jti").orElse(""),
                onlySubprotocol(request),
                room,
                session -> opening.open(session, room, expires));
    }

    // ---- token

    /**
     * The header wins; then the query; then the only subprotocol, which is how a browser can hand one over. A header that is there and wrong is
     * wrong: nothing else is tried.
     */
    private static Optional<String> token(HandshakeRequest request) {
        if (request.http().header("authorization").isPresent()) return request.bearer();
        Optional<String> query = request.http().queryParam("token");
        return query.isPresent() ? query : Optional.ofNullable(onlySubprotocol(request));
    }

    /** Echoed whoever brought the token: a browser whose one offer is not taken up fails the handshake. */
    private static @Nullable String onlySubprotocol(HandshakeRequest request) {
        return request.subprotocols().size() == 1
                        && !request.subprotocols().get(0).isEmpty()
                ? request.subprotocols().get(0)
                : null;
    }

    private Optional<Claims> genuine(String token) {
        return switch (parts.tokens().verify(token)) {
            case TokenVerifier.Verdict.Invalid invalid -> notGenuine(invalid.reason());
            case TokenVerifier.Verdict.Valid valid
            when isRefresh(valid.claims()) -> notGenuine(TokenVerifier.Reason.REFRESH_TOKEN);
            case TokenVerifier.Verdict.Valid valid -> Optional.of(valid.claims());
        };
    }

    private Optional<Claims> notGenuine(TokenVerifier.Reason reason) {
        parts.meter()
                .add(Metric.AUTH_FAILURES, 1, WaddleDialect.NAME, reason.name().toLowerCase(Locale.ROOT));
        return Optional.empty();
    }

    /** Same secret, seven days, no permissions (issue 03): never a key to a channel. */
    private static boolean isRefresh(Claims claims) {
        return TOKEN_KIND_CLAIMS.stream()
                .anyMatch(name -> claims.string(name).filter("refresh"::equals).isPresent());
    }

    private static long expiresMillis(Claims claims) {
        return claims.values().get("exp") instanceof Number n
                ? Math.multiplyExact(Math.clamp(n.longValue(), 0, 1L << 40), 1000L)
                : Long.MAX_VALUE;
    }

    /** Without the claim: none. The channels of {@link WaddleConfig.Access#LISTED} travel among them. */
    private static Set<String> permissions(Claims claims) {
        Set<String> permissions = new HashSet<>(claims.strings("permissions"));
        for (String channel : claims.strings("channels")) permissions.add(ChannelPolicy.CHANNEL + channel);
        return permissions;
    }

    // ---- user

    private CompletionStage<Profile> profile(String id, Claims claims) {
        UserId user = new UserId(WaddleDialect.NAME, id);
        return parts.users()
                .find(user)
                .exceptionally(_ -> Optional.empty())
                .thenApply(known -> profile(user, claims, known));
    }

    /** The seed's token has no name: it came from the users table. */
    private Profile profile(UserId user, Claims claims, Optional<Profile> known) {
        String name = name(claims, "username")
                .or(() -> known.map(Profile::name))
                .or(() -> parts.development() ? name(claims, "name") : Optional.empty())
                .orElse(user.id());
        return new Profile(
                user,
                name,
                known.map(Profile::avatarUrl).orElse(null),
                known.map(Profile::attributes).orElse(Profile.NO_ATTRIBUTES));
    }

    private static Optional<String> name(Claims claims, String claim) {
        return claims.string(claim).filter(n -> n.length() <= MAX_NAME_CHARS);
    }
}
