package earshot.dialect.graphwiz;

import java.time.Duration;
import java.util.Set;

/**
 * What an operator may set for graphwiz. The defaults are the seed's where it has any, else those of protocols/graphwiz.md section 16 and of DECISIONS 17
 * and 20.
 *
 * @param anyOrigin whether pages of any site may connect; else those of {@code origins}, the server's own, and who sends no origin
 * @param tracksLatency whether it is measured how long messages take
 * @param reportWindow over how many of the latest messages, at least ({@code METRICS_SAMPLE_SIZE})
 * @param announcesLeaveTwice hub clients hear of a leave in the way that the original's app understands as well ({@code HUB_LEAVE_COMPAT})
 */
public record GraphwizConfig(
        Access access,
        boolean anyOrigin,
        Set<String> origins,
        Rates rates,
        Sizes sizes,
        Rooms rooms,
        Delivery delivery,
        Duration pingInterval,
        boolean announcesLeaveTwice,
        boolean tracksLatency,
        int reportWindow) {

    public static final GraphwizConfig DEFAULT = new GraphwizConfig(
            new Access(true, false, false, 1000, Duration.ofSeconds(5)),
            true,
            Set.of(),
            new Rates(60, Duration.ofSeconds(60), 0, true, 100),
            new Sizes(64 << 10, 4000, 1000, 64 << 10, 8 << 20),
            new Rooms(
                    1000,
                    100,
                    Duration.ofMillis(16),
                    Despawn.WITH_OWNER,
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(300)),
            new Delivery(1000, Duration.ofSeconds(5), 3),
            Duration.ofSeconds(30),
            true,
            true,
            1000);

    /**
     * Who gets in (protocols/graphwiz.md section 3.4).
     *
     * @param userIdAlone a {@code user_id} without a token is enough: for development only
     * @param anonymous so is nothing at all
     * @param helloToken a token may come in the ClientHello, as the original client sends it
     * @param quarantine how many may be waited for at once that have not said their token
     * @param helloWithin how long each may take
     */
    public record Access(
            boolean userIdAlone, boolean anonymous, boolean helloToken, int quarantine, Duration helloWithin) {
        public Access {
            within("quarantine", quarantine, 1, 1_000_000);
            within("helloWithin", helloWithin, Duration.ofMillis(100));
        }
    }

    /**
     * @param handshakes per address in a window; 0: no limit
     * @param allHandshakes from all addresses together in a window; 0: no limit
     * @param loopback whether those of this machine count
     * @param messagesPerSecond per connection; more are dropped
     */
    public record Rates(int handshakes, Duration window, int allHandshakes, boolean loopback, int messagesPerSecond) {
        public Rates {
            within("handshakes", handshakes, 0, 10_000);
            within("window", window, Duration.ofSeconds(1));
            within("allHandshakes", allHandshakes, 0, 10_000);
            within("messagesPerSecond", messagesPerSecond, 1, 10_000);
        }
    }

    /**
     * @param maxMessageBytes a longer message closes the connection with 1009
     * @param maxChatChars a longer chat message is refused
     * @param entities per room
     * @param entityBytes of one entity, with its components
     * @param worldBytes of all entities of a room
     */
    public record Sizes(int maxMessageBytes, int maxChatChars, int entities, int entityBytes, int worldBytes) {
        public Sizes {
            within("maxMessageBytes", maxMessageBytes, 1024, 16 << 20);
            within("maxChatChars", maxChatChars, 1, 1_000_000);
            within("entities", entities, 1, 100_000);
            within("entityBytes", entityBytes, 256, 16 << 20);
            within("worldBytes", worldBytes, 1024, 1 << 30);
        }
    }

    /**
     * @param capacity connections per room
     * @param keptMessages chat messages of a room that stay at hand
     * @param poseTick how often a room tells where things are, while they move; zero: at once
     * @param returnWithin how long who left is remembered, with what it owned, for the case that it comes back
     * @param kickBan how long who was kicked out of a room is refused there
     */
    public record Rooms(
            int capacity,
            int keptMessages,
            Duration poseTick,
            Despawn despawn,
            Duration returnWithin,
            Duration kickBan) {
        public Rooms {
            within("capacity", capacity, 1, 10_000_000);
            within("keptMessages", keptMessages, 1, 1_000_000);
            within("poseTick", poseTick, Duration.ZERO);
            within("returnWithin", returnWithin, Duration.ZERO);
            within("kickBan", kickBan, Duration.ZERO);
        }
    }

    /** What becomes of an entity whose owner has left. */
    public enum Despawn {
        /** It goes with its owner. */
        WITH_OWNER,
        /** It stays, until the room is empty. */
        NEVER
    }

    /**
     * For clients that acknowledge (protocols/graphwiz.md section 9.3).
     *
     * @param queue messages that wait for their acknowledgement; beyond it the connection is closed with 1013
     * @param retryInterval and so long after it was said, a message is said again
     * @param retries so often
     */
    public record Delivery(int queue, Duration retryInterval, int retries) {
        public Delivery {
            within("queue", queue, 1, 100_000);
            within("retryInterval", retryInterval, Duration.ofMillis(100));
            within("retries", retries, 0, 100);
        }
    }

    public GraphwizConfig {
        origins = Set.copyOf(origins);
        within("pingInterval", pingInterval, Duration.ZERO);
        within("reportWindow", reportWindow, 1, 10_000_000);
    }

    private static void within(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + least + ".." + most + ")");
        }
    }

    private static void within(String name, Duration value, Duration least) {
        if (value.compareTo(least) < 0 || value.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + least + "..PT24H)");
        }
    }
}
