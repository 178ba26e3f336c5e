package earshot.server.config;

import java.util.ArrayList;
import java.util.List;

/**
 * The server API.
 *
 * @param keys with every scope, beside those in {@code api-keys.json}
 * @param callsPerSecond per key; 0: no limit
 * @param signingSecrets empty: no call is signed
 */
public record ApiSettings(
        List<String> keys,
        int callsPerSecond,
        int maxBodyBytes,
        List<String> signingSecrets,
        boolean signatureRequired,
        boolean publicStatus) {
    static final Catalog CATALOG = new Catalog("api", "The server API under /v1, and what is said without a key.");

    static final Setting<List<String>> KEYS = CATALOG.setting(
            "keys",
            Kinds.SECRETS,
            List.of(),
            "API keys that may do everything, for deployments without a data directory; `earshot api-key` makes"
                    + " lesser ones.");
    static final Setting<Integer> CALLS = CATALOG.setting(
            "calls-per-second",
            Kinds.integer(0, 1_000_000),
            5000,
            "Calls that one key may make in a second; beyond it 429. 0: no limit.");
    static final Setting<Long> MAX_BODY = CATALOG.setting(
            "max-body", Kinds.size(1 << 10, 16 << 20), 256L << 10, "A longer body of a call is answered with 413.");
    static final Setting<List<String>> SIGNING = CATALOG.setting(
            "signing-secrets",
            Kinds.SECRETS,
            List.of(),
            "Secrets for signed calls: X-Earshot-Signature is the HMAC-SHA256 over time, method, path and body.");
    static final Setting<Boolean> REQUIRE_SIGNATURE =
            CATALOG.setting("require-signature", Kinds.SWITCH, false, "Whether calls without a signature are refused.");
    static final Setting<Boolean> PUBLIC_STATUS = CATALOG.setting(
            "public-status",
            Kinds.SWITCH,
            true,
            "Whether /stats, /v1/stats and /metrics answer without an API key; they name tenants and rooms. With false they"
                    + " need the scope stats:read.");

    static ApiSettings from(Values values) {
        return new ApiSettings(
                values.of(KEYS),
                values.of(CALLS),
                Math.toIntExact(values.of(MAX_BODY)),
                values.of(SIGNING),
                values.of(REQUIRE_SIGNATURE),
                values.of(PUBLIC_STATUS));
    }

    ApiSettings with(String key) {
        List<String> more = new ArrayList<>(keys);
        more.add(key);
        return new ApiSettings(
                List.copyOf(more), callsPerSecond, maxBodyBytes, signingSecrets, signatureRequired, publicStatus);
    }

    /** Without keys and secrets. */
    @Override
    public String toString() {
        return keys.size() + " keys, " + callsPerSecond + " calls per second";
    }
}
