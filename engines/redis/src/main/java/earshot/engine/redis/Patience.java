package earshot.engine.redis;

import java.time.Duration;

/**
 * How long drafts wait for a Redis that does not answer, and how many of a node at once. They stay in their order and leave when it is back; what was
 * already on its way when a connection ended may be stored, so it does not wait.
 *
 * @param time beyond {@link RedisSettings#answerTimeout}; zero: nothing waits for longer than anything else
 * @param maxDrafts drafts that may wait to be sent; more are refused at once
 * @param maxBytes bytes of these
 */
public record Patience(Duration time, int maxDrafts, long maxBytes) {
    public static final Patience NONE = new Patience(Duration.ZERO, 1, 1);

    public Patience {
        if (time.isNegative()) throw new IllegalArgumentException("time: " + time + " (expected: >= 0)");
        if (maxDrafts < 1) throw new IllegalArgumentException("maxDrafts: " + maxDrafts + " (expected: >= 1)");
        if (maxBytes < 1) throw new IllegalArgumentException("maxBytes: " + maxBytes + " (expected: >= 1)");
    }
}
