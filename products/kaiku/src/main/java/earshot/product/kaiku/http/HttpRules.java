package earshot.product.kaiku.http;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an operator decides of the HTTP side.
 *
 * @param registration whether anybody may make an account
 * @param cookie how browsers keep the refresh token
 * @param iceServers what clients need to reach each other's media, in the order given
 * @param spareLoopback whether requests from this machine are not counted: for development
 * @param maxGuilds of which one person may be a member
 * @param maxMembers of a guild
 * @param maxChannels of a guild
 * @param maxRoles of a guild
 */
public record HttpRules(
        boolean registration,
        Cookie cookie,
        List<IceServer> iceServers,
        boolean spareLoopback,
        int maxGuilds,
        int maxMembers,
        int maxChannels,
        int maxRoles) {
    public HttpRules {
        iceServers = List.copyOf(iceServers);
    }

    /**
     * @param secure only over TLS
     * @param sameSite {@code Lax}, {@code Strict} or {@code None}
     */
    public record Cookie(boolean secure, String sameSite) {
        static final String NAME = "kaiku_refresh";

        private static final Set<String> WORDS = Set.of("Lax", "Strict", "None");

        public Cookie {
            if (!WORDS.contains(sameSite))
                throw new IllegalArgumentException("sameSite: " + sameSite + " (expected: Lax, Strict or None)");
        }

        String keeping(String token, long seconds) {
            return NAME + "=" + token + "; HttpOnly; SameSite=" + sameSite + (secure ? "; Secure" : "")
                    + "; Path=/auth; Max-Age=" + seconds;
        }
    }

    /** @param username null: none is needed, then there is no credential either */
    public record IceServer(
            List<String> urls,
            @Nullable String username,
            @Nullable String credential) {
        public IceServer {
            urls = List.copyOf(urls);
        }

        /** Without the credential. */
        @Override
        public String toString() {
            return urls.toString();
        }
    }
}
