package earshot.product.kaiku.http;

import earshot.core.time.Clock;
import earshot.core.time.TimeUuid;
import earshot.dialect.HttpRequest;
import earshot.product.kaiku.Knowledge;
import earshot.product.kaiku.MessageIds;
import earshot.product.kaiku.Refusal;
import earshot.product.kaiku.store.KaikuStore;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * What the HTTP side works with.
 *
 * @param secrets unguessable: codes of invitations
 */
public record Surroundings(
        KaikuStore store,
        Knowledge knowledge,
        Tokens tokens,
        Passwords passwords,
        RateLimits limits,
        Delivery delivery,
        Calls calls,
        HttpRules rules,
        TimeUuid ids,
        MessageIds messageIds,
        RandomGenerator secrets,
        Clock clock) {

    /** Whose token the request carries. Throws {@link Refusal}. */
    UUID caller(HttpRequest request) {
        String header = request.header("authorization")
                .orElseThrow(() -> new Refusal(401, "MISSING_AUTH", "Missing authorization header"));
        if (!header.regionMatches(true, 0, "Bearer ", 0, 7))
            throw new Refusal(401, "INVALID_AUTH_HEADER", "Invalid authorization header format");
        return switch (tokens.verify(header.substring(7).strip())) {
            case Tokens.Verdict.Of of -> of.user();
            case Tokens.Verdict.Expired _ -> throw new Refusal(401, "TOKEN_EXPIRED", "Token expired");
            case Tokens.Verdict.Invalid _ -> throw new Refusal(401, "INVALID_TOKEN", "Invalid or expired token");
        };
    }

    /** Whether nobody counts what it asks for. */
    boolean isSpared(HttpRequest request) {
        return rules.spareLoopback() && request.loopback();
    }

    long now() {
        return clock.millis();
    }

    UUID nextId() {
        return ids.next();
    }
}
