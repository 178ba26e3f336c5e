package earshot.engine.redis;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What came back from the servers that a node needs: the only one, or every master of a cluster.
 *
 * @param servers how many were asked; 0: none is known
 * @param slowest how long the last of those who answered took, its wait for a flush included
 */
public record Echo(int servers, int answered, Duration slowest) {
    static final Echo NONE = new Echo(0, 0, Duration.ZERO);

    /** Whether all answered. */
    public boolean isWhole() {
        return servers > 0 && answered == servers;
    }

    /** @param took null: one more that did not answer */
    Echo and(@Nullable Duration took) {
        if (took == null) return new Echo(servers + 1, answered, slowest);
        return new Echo(servers + 1, answered + 1, took.compareTo(slowest) > 0 ? took : slowest);
    }
}
