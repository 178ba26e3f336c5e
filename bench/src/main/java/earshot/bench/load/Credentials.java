package earshot.bench.load;

import org.jspecify.annotations.Nullable;

/**
 * What opens the server's doors; never written into a plan, a result or a log.
 *
 * @param secret signs a token per member (HS256)
 * @param token one for all members, instead of the secret
 * @param apiKey for dialects whose messages enter by {@code /v1}
 */
public record Credentials(
        @Nullable String secret,
        @Nullable String token,
        @Nullable String apiKey) {
    public static final Credentials NONE = new Credentials(null, null, null);

    /** Says nothing. */
    @Override
    public String toString() {
        return "Credentials";
    }
}
