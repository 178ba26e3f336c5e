package earshot.dialect.kaiku;

import earshot.core.session.Session;
import earshot.core.telemetry.Metric;
import earshot.dialect.Admission;
import earshot.dialect.Claims;
import earshot.dialect.Conversation;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.TokenVerifier;
import earshot.dialect.WireUuid;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Decides over handshakes: who is it, may they connect so often, do they want another spelling (protocols/kaiku.md section 1). Thread-safe.
 *
 * <p>A token comes as the first subprotocol that begins with {@code access_token.}, as a bearer token, or as the query's {@code token}; a connection that
 * was lost may come back by the query's {@code resume} instead.
 */
final class Handshake {
    private static final String TOKEN_PREFIX = "access_token.";
    private static final String TOKEN = "access_token";

    private final KaikuDialect.Parts parts;

    Handshake(KaikuDialect.Parts parts) {
        this.parts = parts;
    }

    /** Who comes, and what they come back to. */
    record Comer(KaikuUser user, KaikuProduct.Circle circle, String tokenId, ResumeTickets.@Nullable Lost lost) {}

    interface Opening {
        Conversation open(Session session, Comer comer, Variant variant);
    }

    CompletionStage<Admission> admit(HandshakeRequest request, Opening opening) {
        Optional<String> resume = request.http().queryParam("resume").filter(t -> !t.isEmpty());
        Optional<String> token = token(request);
        if (resume.isEmpty() || token.isPresent()) return byToken(request, token.orElse(null), opening);
        return parts.tickets()
                .take(resume.get())
                .thenCompose(lost -> lost.isEmpty() ? refused(invalid()) : comeBack(request, lost.get(), opening));
    }

    /** Nobody comes back to what was signed out meanwhile. */
    private CompletionStage<Admission> comeBack(HandshakeRequest request, ResumeTickets.Lost lost, Opening opening) {
        return parts.product()
                .signedOutMillis(lost.user())
                .thenCompose(signedOut -> signedOut >= lost.signedInMillis()
                        ? refused(invalid())
                        : welcome(request, lost.user(), lost.tokenId(), lost, opening));
    }

    private CompletionStage<Admission> byToken(HandshakeRequest request, @Nullable String token, Opening opening) {
        if (token == null) return refused(HttpResponse.text(401, "Missing access token"));
        return switch (parts.tokens().verify(token)) {
            case TokenVerifier.Verdict.Invalid no -> {
                count(no.reason().name().toLowerCase(Locale.ROOT));
                yield refused(invalid());
            }
            case TokenVerifier.Verdict.Valid yes -> {
                UUID user = yes.claims().string("sub").map(WireUuid::parse).orElse(null);
                if (user == null || !isWhole(yes.claims())) {
                    count("claims");
                    yield refused(invalid());
                }
                yield welcome(request, user, yes.claims().string("jti").orElse(""), null, opening);
            }
        };
    }

    /** An access token has both times; what says to be another kind of token is none. */
    private static boolean isWhole(Claims claims) {
        boolean isAccess = !claims.values().containsKey("typ")
                || claims.string("typ").filter("access"::equals).isPresent();
        return isAccess
                && claims.values().get("exp") instanceof Number
                && claims.values().get("iat") instanceof Number;
    }

    private CompletionStage<Admission> welcome(
            HandshakeRequest request, UUID user, String tokenId, ResumeTickets.@Nullable Lost lost, Opening opening) {
        long wait = parts.connects().tryTake(user);
        if (wait > 0) return refused(tooMany(wait));
        CompletionStage<Optional<KaikuUser>> known = parts.product().user(user);
        return known.thenCombine(parts.product().circle(user), (found, circle) -> {
            KaikuUser who = found.orElseGet(() -> parts.config().strangers() ? stranger(user) : null);
            if (who == null) {
                count("unknown_user");
                return new Admission.Refused(invalid());
            }
            return accepted(request, new Comer(who, circle, tokenId, lost), opening);
        });
    }

    private static Admission accepted(HandshakeRequest request, Comer comer, Opening opening) {
        boolean packed = request.subprotocols().contains(Variant.MSGPACK);
        boolean batched = !packed
                && request.http().queryParam("batch").filter("1"::equals).isPresent();
        var variant = new Variant(packed, batched);
        return new Admission.Accepted(
                comer.user().profile(),
                "",
                Set.of(),
                comer.tokenId(),
                subprotocol(request.subprotocols(), packed),
                null,
                session -> opening.open(session, comer, variant));
    }

    /** Only what the client offered in so many words: an offer with the token in it is never repeated in an answer. */
    private static @Nullable String subprotocol(List<String> offered, boolean packed) {
        if (packed) return Variant.MSGPACK;
        return offered.contains(TOKEN) ? TOKEN : null;
    }

    private static KaikuUser stranger(UUID user) {
        String name = "user_" + user.toString().substring(0, 8);
        return new KaikuUser(user, name, name, null, ChosenStatus.ONLINE);
    }

    private static Optional<String> token(HandshakeRequest request) {
        for (String offered : request.subprotocols()) {
            if (offered.startsWith(TOKEN_PREFIX)) return Optional.of(offered.substring(TOKEN_PREFIX.length()));
        }
        Optional<String> bearer = request.bearer().filter(t -> !t.isEmpty());
        return bearer.isPresent() ? bearer : request.http().queryParam("token").filter(t -> !t.isEmpty());
    }

    private HttpResponse invalid() {
        return HttpResponse.text(parts.config().invalidTokenStatus(), "Invalid token");
    }

    /** Section 10 has the members. */
    private HttpResponse tooMany(long seconds) {
        String json = "{\"error\":\"rate_limited\",\"message\":\"Too many requests. Wait " + seconds
                + " seconds.\",\"retry_after\":" + seconds + ",\"limit\":"
                + parts.config().rates().connects() + ",\"remaining\":0}";
        return HttpResponse.json(429, json).with("retry-after", Long.toString(seconds));
    }

    private void count(String reason) {
        parts.meter().add(Metric.AUTH_FAILURES, 1, KaikuDialect.NAME, reason);
    }

    private static CompletionStage<Admission> refused(HttpResponse response) {
        return CompletableFuture.completedStage(new Admission.Refused(response));
    }
}
