package earshot.dialect.threadkit;

import earshot.core.message.Profile;
import earshot.core.message.UserId;
import earshot.core.session.UserBook;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.dialect.Admission;
import earshot.dialect.Claims;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.TokenVerifier;
import earshot.dialect.WireUuid;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Who comes in: first the site's key, which must be known, then the user's token, which need not be there. Thread-safe. Neither key nor token
 * is ever logged.
 */
final class Handshake {
    /** A genuine one has 39. */
    private static final int MAX_KEY_CHARS = 256;

    private static final HttpResponse MISSING_KEY = HttpResponse.text(400, "Missing project_id");
    private static final HttpResponse UNKNOWN_KEY = HttpResponse.text(401, "Invalid API key");
    private static final HttpResponse WRONG_ORIGIN = HttpResponse.text(403, "Origin not allowed");
    private static final HttpResponse NO_SITES =
            HttpResponse.text(503, "Try again later").with("retry-after", "3");

    private final Sites sites;
    private final UserBook users;
    private final TokenVerifier tokens;
    private final Meter meter;
    private final ThreadkitConversation.Setting setting;

    /** What a token that counts says. */
    private record SignedIn(
            UUID user, String sessionId, @Nullable String name) {}

    Handshake(Sites sites, UserBook users, TokenVerifier tokens, Meter meter, ThreadkitConversation.Setting setting) {
        this.sites = sites;
        this.users = users;
        this.tokens = tokens;
        this.meter = meter;
        this.setting = setting;
    }

    /** The newer name first. */
    static Optional<String> key(HttpRequest request) {
        return request.queryParam("project_id").or(() -> request.queryParam("api_key"));
    }

    CompletionStage<Admission> admit(HandshakeRequest request) {
        Optional<String> key = key(request.http());
        if (key.isEmpty()) return refused(MISSING_KEY, "missing_key");
        if (key.get().isEmpty() || key.get().length() > MAX_KEY_CHARS) return refused(UNKNOWN_KEY, "unknown_key");
        return sites.find(key.get())
                .handle((site, failure) -> failure == null ? inSite(request.http(), site) : noSites())
                .thenCompose(next -> next);
    }

    private CompletionStage<Admission> noSites() {
        return CompletableFuture.completedStage(new Admission.Refused(NO_SITES));
    }

    private CompletionStage<Admission> inSite(HttpRequest request, Optional<Site> site) {
        if (site.isEmpty()) return refused(UNKNOWN_KEY, "unknown_key");
        if (!isAllowedOrigin(request, site.get())) return refused(WRONG_ORIGIN, "origin");
        SignedIn who = signedIn(request, site.get());
        if (who == null) return CompletableFuture.completedStage(accepted(site.get(), Standing.ANONYMOUS, null, null));
        return users.find(new UserId(ThreadkitDialect.NAME, who.user().toString()))
                .exceptionally(_ -> Optional.empty())
                .thenApply(record -> asUser(site.get(), who, record));
    }

    private Admission asUser(Site site, SignedIn who, Optional<Profile> record) {
        Profile profile = record.orElseGet(() -> profileFromToken(who));
        return accepted(site, profile == null ? Standing.NAMELESS : Standing.VISIBLE, who, profile);
    }

    private @Nullable Profile profileFromToken(SignedIn who) {
        if (!setting.config().nameFromToken() || who.name() == null) return null;
        return Profile.named(new UserId(ThreadkitDialect.NAME, who.user().toString()), who.name());
    }

    /** A nameless user is no user to the rooms: one without a name in presence would be counted by some clients and not by others. */
    private Admission accepted(Site site, Standing standing, @Nullable SignedIn who, @Nullable Profile profile) {
        UUID user = who == null ? null : who.user();
        String tokenId = who == null ? "" : who.sessionId();
        return new Admission.Accepted(
                profile,
                site.id().toString(),
                Set.of(),
                tokenId,
                null,
                null,
                _ -> new ThreadkitConversation(setting, standing, user));
    }

    /** Null for everything that is not a whole, genuine token of this site: such a reader is anonymous, never turned away. */
    private @Nullable SignedIn signedIn(HttpRequest request, Site site) {
        String token = request.queryParam("token").orElse("");
        if (token.isEmpty()) return null;
        return switch (tokens.verify(token)) {
            case TokenVerifier.Verdict.Valid v -> signedIn(v.claims(), site);
            case TokenVerifier.Verdict.Invalid i -> {
                countFailure(i.reason().name().toLowerCase(Locale.ROOT));
                yield null;
            }
        };
    }

    private @Nullable SignedIn signedIn(Claims claims, Site site) {
        UUID user = id(claims, "sub");
        UUID session = id(claims, "session_id");
        boolean whole = user != null && session != null && isNumber(claims, "exp") && isNumber(claims, "iat");
        if (!whole || !site.id().equals(id(claims, "site_id"))) {
            countFailure(whole ? "other_site" : "malformed");
            return null;
        }
        String name = claims.string("name").orElse(null);
        return user == null || session == null ? null : new SignedIn(user, session.toString(), name);
    }

    private static @Nullable UUID id(Claims claims, String name) {
        return claims.string(name).map(WireUuid::parse).orElse(null);
    }

    private static boolean isNumber(Claims claims, String name) {
        return claims.values().get(name) instanceof Number;
    }

    private CompletionStage<Admission> refused(HttpResponse response, String reason) {
        countFailure(reason);
        return CompletableFuture.completedStage(new Admission.Refused(response));
    }

    private void countFailure(String reason) {
        meter.add(Metric.AUTH_FAILURES, 1, ThreadkitDialect.NAME, reason);
    }

    /** Programs send no origin; browsers always do. Our own pages pass. */
    private static boolean isAllowedOrigin(HttpRequest request, Site site) {
        String origin = request.header("origin").orElse("");
        if (origin.isEmpty() || site.allowedOrigins().isEmpty()) return true;
        return site.allowedOrigins().stream().anyMatch(o -> o.equals("*") || o.equalsIgnoreCase(origin))
                || isOwn(origin, request.header("host").orElse(""));
    }

    private static boolean isOwn(String origin, String host) {
        try {
            String authority = URI.create(origin).getRawAuthority();
            return authority != null && authority.equalsIgnoreCase(host);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
