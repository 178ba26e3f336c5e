package earshot.server.token;

import earshot.core.time.Clock;
import earshot.dialect.Claims;
import earshot.dialect.TokenVerifier;
import earshot.server.config.TokenSettings;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jose4j.json.JsonUtil;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * JSON Web Tokens in compact form (RFC 7519, with the advice of RFC 8725): signature first, then what is claimed. Thread-safe; keeps nothing of a
 * token.
 */
public final class JwtVerifier implements TokenVerifier {
    /** Longer ones are no token of anybody's. */
    private static final int MAX_CHARS = 16 * 1024;

    private static final List<String> KIND_CLAIMS = List.of("typ", "type", "token_type");

    private final KeyRing ring;
    private final Rules rules;
    private final Clock clock;

    /** @param maxAge zero: any age */
    record Rules(Duration leeway, Duration maxAge, String audience, String issuer) {
        static Rules of(TokenSettings settings) {
            return new Rules(settings.leeway(), settings.maxTokenAge(), settings.audience(), settings.issuer());
        }
    }

    JwtVerifier(KeyRing ring, Rules rules, Clock clock) {
        this.ring = ring;
        this.rules = rules;
        this.clock = clock;
    }

    public static JwtVerifier of(LiveKeyRing ring, TokenSettings settings, Clock clock) {
        return new JwtVerifier(ring, Rules.of(settings), clock);
    }

    @Override
    public Verdict verify(String token) {
        if (token.length() > MAX_CHARS) return new Verdict.Invalid(Reason.MALFORMED);
        try {
            JsonWebSignature jws = new JsonWebSignature();
            jws.setCompactSerialization(token);
            String payload = genuinePayload(jws);
            return payload == null ? new Verdict.Invalid(Reason.BAD_SIGNATURE) : judged(JsonUtil.parseJson(payload));
        } catch (JoseException | RuntimeException e) {
            // The text of a stranger: whatever a parser says about it, it is no token.
            return new Verdict.Invalid(Reason.MALFORMED);
        }
    }

    private @Nullable String genuinePayload(JsonWebSignature jws) throws JoseException {
        String algorithm = jws.getAlgorithmHeaderValue();
        String keyId = jws.getKeyIdHeaderValue();
        boolean named = false;
        for (VerificationKey key : ring.keys()) {
            if (keyId != null && !key.id().isEmpty() && !key.id().equals(keyId)) continue;
            named |= key.id().equals(keyId);
            if (key.algorithm().equals(algorithm) && isSignedBy(jws, key)) return jws.getPayload();
        }
        if (keyId != null && !named) ring.missed(keyId);
        return null;
    }

    private static boolean isSignedBy(JsonWebSignature jws, VerificationKey key) {
        try {
            jws.setAlgorithmConstraints(
                    new AlgorithmConstraints(AlgorithmConstraints.ConstraintType.PERMIT, key.algorithm()));
            // Short secrets are the operator's business, and production has refused them at start.
            jws.setDoKeyValidation(false);
            jws.setKey(key.key());
            return jws.verifySignature();
        } catch (JoseException e) {
            return false;
        }
    }

    private Verdict judged(Map<String, Object> claims) {
        Reason reason = fault(claims);
        return reason == null ? new Verdict.Valid(new Claims(claims)) : new Verdict.Invalid(reason);
    }

    private @Nullable Reason fault(Map<String, Object> claims) {
        if (isRefresh(claims)) return Reason.REFRESH_TOKEN;
        long now = Math.floorDiv(clock.millis(), 1000);
        long leeway = rules.leeway().toSeconds();
        if (!isAbsentOrTime(claims, "exp") || !isAbsentOrTime(claims, "nbf") || !isAbsentOrTime(claims, "iat"))
            return Reason.MALFORMED;
        if (claims.get("exp") instanceof Number exp && now >= exp.longValue() + leeway) return Reason.EXPIRED;
        if (claims.get("nbf") instanceof Number nbf && now < nbf.longValue() - leeway) return Reason.NOT_YET_VALID;
        if (isTooOld(claims, now, leeway)) return Reason.TOO_OLD;
        return isForUs(claims) ? null : Reason.WRONG_AUDIENCE;
    }

    private static boolean isAbsentOrTime(Map<String, Object> claims, String name) {
        Object value = claims.get(name);
        return value == null || (value instanceof Number n && Math.abs(n.doubleValue()) < 1e15);
    }

    private static boolean isRefresh(Map<String, Object> claims) {
        return KIND_CLAIMS.stream()
                .anyMatch(name -> claims.get(name) instanceof String kind
                        && kind.toLowerCase(Locale.ROOT).contains("refresh"));
    }

    private boolean isTooOld(Map<String, Object> claims, long now, long leeway) {
        if (rules.maxAge().isZero()) return false;
        if (!(claims.get("exp") instanceof Number) || !(claims.get("iat") instanceof Number iat)) return true;
        return now - iat.longValue() > rules.maxAge().toSeconds() + leeway;
    }

    private boolean isForUs(Map<String, Object> claims) {
        if (!rules.issuer().isEmpty() && !rules.issuer().equals(claims.get("iss"))) return false;
        if (rules.audience().isEmpty()) return true;
        return claims.get("aud") instanceof List<?> several
                ? several.contains(rules.audience())
                : rules.audience().equals(claims.get("aud"));
    }
}
