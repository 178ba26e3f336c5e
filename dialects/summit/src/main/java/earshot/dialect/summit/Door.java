package earshot.dialect.summit;

import earshot.core.message.Profile;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.dialect.Claims;
import earshot.dialect.TokenVerifier;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides over CONNECT packets by their token: what the claims mean, and the exact words for what is wrong. Thread-safe. */
final class Door {
    private static final int MAX_ID_CHARS = 256;
    private static final String DEFAULT_TENANT = "default";
    private static final List<String> TOKEN_KIND_CLAIMS = List.of("type", "typ", "token_type");

    private final TokenVerifier tokens;
    private final SummitConfig.Access access;
    private final Meter meter;

    Door(TokenVerifier tokens, SummitConfig.Access access, Meter meter) {
        this.tokens = tokens;
        this.access = access;
        this.meter = meter;
    }

    /** What was decided. */
    sealed interface Decision {
        record Known(Identity who) implements Decision {}

        /** @param message as the original has it; {@code code} is {@code err.data.code} at the client */
        record Refused(String message, String code) implements Decision {}
    }

    /**
     * @param token from the CONNECT payload
     * @param header from the request that opened the connection; counts when there is no other
     * @param wantedTenant what the payload says; never decides, and is only compared where that is asked for
     */
    Decision decide(@Nullable String token, @Nullable String header, @Nullable String wantedTenant) {
        String given = token != null && !token.isEmpty() ? token : header;
        if (given == null || given.isEmpty())
            return refused("Authentication token required", "TOKEN_REQUIRED", "missing");
        return switch (tokens.verify(given)) {
            case TokenVerifier.Verdict.Invalid invalid -> refused(invalid.reason());
            case TokenVerifier.Verdict.Valid valid -> known(valid.claims(), wantedTenant);
        };
    }

    private Decision refused(TokenVerifier.Reason reason) {
        String counted = reason.name().toLowerCase(Locale.ROOT);
        return reason == TokenVerifier.Reason.EXPIRED
                ? refused("Token expired", "TOKEN_EXPIRED", counted)
                : refused("Invalid token", "INVALID_TOKEN", counted);
    }

    private Decision refused(String message, String code, String counted) {
        meter.add(Metric.AUTH_FAILURES, 1, SummitDialect.NAME, counted);
        return new Decision.Refused(message, code);
    }

    private Decision known(Claims claims, @Nullable String wantedTenant) {
        if (isRefresh(claims)) return refused(TokenVerifier.Reason.REFRESH_TOKEN);
        Optional<String> id =
                claims.string("userId").or(() -> claims.string("sub")).filter(Door::isId);
        if (id.isEmpty()) return refused("Invalid token", "INVALID_TOKEN", "no_user");
        String tenant = claims.string("tenantId").orElse(DEFAULT_TENANT);
        if (!isId(tenant) || tenant.indexOf(':') >= 0)
            return refused("Authentication failed", "INVALID_TENANT", "tenant");
        if (access.strictTenant() && isOther(wantedTenant, tenant))
            return refused("Authentication failed", "TENANT_MISMATCH", "tenant");
        Profile user = Profile.named(Identity.user(tenant, id.get()), name(claims, id.get()));
        return new Decision.Known(new Identity(
                user, tenant, permissions(claims), claims.string("jti").orElse(""), expiresMillis(claims)));
    }

    private static boolean isRefresh(Claims claims) {
        return TOKEN_KIND_CLAIMS.stream()
                .anyMatch(name -> claims.string(name).filter("refresh"::equals).isPresent());
    }

    private static boolean isId(String text) {
        return text.length() <= MAX_ID_CHARS && text.chars().noneMatch(c -> c < ' ' || c == 0x7f);
    }

    private static boolean isOther(@Nullable String wanted, String tenant) {
        return wanted != null && !wanted.isEmpty() && !wanted.equals(DEFAULT_TENANT) && !wanted.equals(tenant);
    }

    private static String name(Claims claims, String id) {
        return claims.string("username")
                .or(() -> claims.string("name"))
                .filter(Door::isId)
                .orElse(id);
    }

    private static Set<String> permissions(Claims claims) {
        Set<String> all = new HashSet<>(claims.strings("permissions"));
        for (String role : claims.strings("roles")) all.add(Identity.ROLE + role);
        return all;
    }

    private static long expiresMillis(Claims claims) {
        return claims.values().get("exp") instanceof Number n
                ? Math.multiplyExact(Math.clamp(n.longValue(), 0, 1L << 40), 1000L)
                : Long.MAX_VALUE;
    }
}
