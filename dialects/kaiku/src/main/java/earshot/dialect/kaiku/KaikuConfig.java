package earshot.dialect.kaiku;

import java.time.Duration;

/**
 * The dialect's own limits and choices; the defaults are those of protocols/kaiku.md and its decisions.
 *
 * @param path where clients dial
 * @param invalidTokenStatus HTTP status for a token that is no good: the seed's 403, or 401 as the original has it
 * @param strangers whether a genuine token of a user whom the product does not know is let in, under a name made of the id
 * @param seedErrorCodes whether a missing channel is {@code invalid_request}, as the seed's sample has it
 */
public record KaikuConfig(
        String path,
        int invalidTokenStatus,
        boolean strangers,
        boolean seedErrorCodes,
        Rates rates,
        Sizes sizes,
        Presence presence,
        Typing typing,
        Resume resume) {

    /**
     * @param connects of one user in {@code window}, on this node
     * @param perSecond client events of a connection
     * @param burst how many of them at once
     * @param typingPerMinute of one connection; 0: no limit
     * @param refusals events in a row that were too many, and the connection ends
     */
    public record Rates(int connects, Duration window, int perSecond, int burst, int typingPerMinute, int refusals) {}

    /**
     * @param messageBytes of a client's message
     * @param subscriptions channels of one connection
     * @param friends of one user whose presence a connection follows
     * @param guilds of one user whose events a connection follows
     * @param slowReader a connection that takes nothing of what it is told for this long is closed
     * @param ping a connection from which nothing was heard for this long is pinged, and is dead after as long again
     */
    public record Sizes(
            int messageBytes, int subscriptions, int friends, int guilds, Duration slowReader, Duration ping) {}

    /**
     * @param grace a user whose last connection ended is offline only after this
     * @param awayAfter a user of whom nothing was heard but pings is away; zero: never
     */
    public record Presence(Duration grace, Duration awayAfter) {}

    /**
     * @param repeat a typist is told again at most this often
     * @param expiry a typist who says no more is told to have stopped after this
     */
    public record Typing(Duration repeat, Duration expiry) {}

    /** @param within how long after its end a connection can be taken up again by its token */
    public record Resume(boolean enabled, Duration within) {}

    public static final KaikuConfig DEFAULT = new KaikuConfig(
            "/ws",
            403,
            false,
            false,
            new Rates(10, Duration.ofSeconds(60), 30, 60, 0, 200),
            new Sizes(256 << 10, 500, 300, 100, Duration.ofSeconds(10), Duration.ofSeconds(30)),
            new Presence(Duration.ofSeconds(5), Duration.ofMinutes(10)),
            new Typing(Duration.ofSeconds(2), Duration.ofSeconds(10)),
            new Resume(true, Duration.ofSeconds(60)));

    public KaikuConfig {
        if (!path.startsWith("/") || path.length() < 2 || path.endsWith("/"))
            throw new IllegalArgumentException("path: " + path + " (expected: /…, without a slash at the end)");
        if (invalidTokenStatus != 401 && invalidTokenStatus != 403)
            throw new IllegalArgumentException("invalidTokenStatus: " + invalidTokenStatus + " (expected: 401 or 403)");
    }

    public KaikuConfig withStrangers(boolean let) {
        return new KaikuConfig(path, invalidTokenStatus, let, seedErrorCodes, rates, sizes, presence, typing, resume);
    }

    public KaikuConfig with(Rates other) {
        return new KaikuConfig(
                path, invalidTokenStatus, strangers, seedErrorCodes, other, sizes, presence, typing, resume);
    }

    public KaikuConfig with(Sizes other) {
        return new KaikuConfig(
                path, invalidTokenStatus, strangers, seedErrorCodes, rates, other, presence, typing, resume);
    }

    public KaikuConfig with(Presence other) {
        return new KaikuConfig(
                path, invalidTokenStatus, strangers, seedErrorCodes, rates, sizes, other, typing, resume);
    }
}
