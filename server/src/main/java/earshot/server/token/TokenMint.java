package earshot.server.token;

import earshot.core.time.Clock;
import earshot.server.config.TokenSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.json.JsonUtil;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/** Makes tokens with a dialect's newest secret: for development, tests and {@code ./earshot token}. Thread-safe. */
public final class TokenMint {
    private final TokenSettings settings;
    private final Clock clock;

    public TokenMint(TokenSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** Whether there is a secret to sign with: public keys and key sets only verify. */
    public boolean canSign() {
        return !settings.secrets().isEmpty() || settings.secretFile().isPresent();
    }

    /**
     * @param claims beside iat and exp; kept in their order
     * @param ttl how long it counts
     */
    public String mint(Map<String, Object> claims, Duration ttl) {
        long now = Math.floorDiv(clock.millis(), 1000);
        Map<String, Object> all = new LinkedHashMap<>(claims);
        if (!settings.audience().isEmpty()) all.putIfAbsent("aud", settings.audience());
        if (!settings.issuer().isEmpty()) all.putIfAbsent("iss", settings.issuer());
        all.put("iat", now);
        all.put("exp", now + ttl.toSeconds());
        return signed(JsonUtil.toJson(all));
    }

    /** Claims of a comment thread's user; every one of them is required there. */
    public static Map<String, Object> threadkitClaims(UUID user, UUID site, String name) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("sub", user.toString());
        claims.put("site_id", site.toString());
        claims.put("session_id", UUID.randomUUID().toString());
        claims.put("name", name);
        return claims;
    }

    public static Map<String, Object> waddleClaims(String user, String name, Iterable<String> permissions) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("sub", user);
        claims.put("username", name);
        claims.put("permissions", permissions);
        return claims;
    }

    /** @param tenant empty: the default one */
    public static Map<String, Object> summitClaims(
            String user, String tenant, String name, List<String> roles, List<String> permissions) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("sub", user);
        claims.put("userId", user);
        if (!tenant.isEmpty()) claims.put("tenantId", tenant);
        if (!name.isEmpty()) claims.put("username", name);
        claims.put("roles", roles);
        claims.put("permissions", permissions);
        return claims;
    }

    /** As the original's shared token manager writes them. */
    public static Map<String, Object> graphwizClaims(String user, List<String> roles) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("sub", user);
        claims.put("token_type", "access");
        if (!roles.isEmpty()) claims.put("roles", roles);
        return claims;
    }

    private String signed(String payload) {
        VerificationKey key = newest();
        try {
            JsonWebSignature jws = new JsonWebSignature();
            jws.setHeader("typ", "JWT");
            jws.setAlgorithmHeaderValue(key.algorithm());
            jws.setDoKeyValidation(false);
            jws.setKey(key.key());
            jws.setPayload(payload);
            return jws.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException("cannot sign with " + key.algorithm(), e);
        }
    }

    private VerificationKey newest() {
        String algorithm = settings.secretAlgorithm().name();
        if (settings.secretFile().isPresent())
            return KeyReader.secrets(settings.secretFile().get(), algorithm).get(0);
        byte[] secret = settings.secrets().get(0).getBytes(StandardCharsets.UTF_8);
        return new VerificationKey("", algorithm, new SecretKeySpec(secret, "HMAC"));
    }
}
