package earshot.bench.load;

import earshot.bench.load.LoadPlan.Crowd;
import earshot.bench.load.LoadPlan.Disturbance;
import earshot.bench.load.LoadPlan.Pace;
import earshot.bench.load.LoadPlan.Timing;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Loads that have a name, so that figures of two days and two machines can be compared. */
public final class Profiles {
    /** A content that makes frames of about 190 bytes in the waddle dialect. */
    private static final int USUAL_PAYLOAD = 130;

    private static final Map<String, Profile> ALL = new LinkedHashMap<>();

    /** @param about a line for people */
    public record Profile(
            String about, Crowd crowd, LoadPlan.Traffic traffic, Timing timing, Disturbance disturbance) {}

    static {
        put(
                "broadcast-100ms",
                "one room of 1,000 at 100 messages a second: does everybody hear within 100 ms?",
                1000,
                1,
                Pace.rate(100),
                3,
                10);
        put(
                "fan-100",
                "one room of 100, 4 messages in flight: deliveries per second of CPU",
                100,
                1,
                Pace.window(4),
                3,
                5);
        put("fan-1000", "one room of 1,000, 4 messages in flight", 1000, 1, Pace.window(4), 3, 5);
        put("fan-10000", "one room of 10,000, 4 messages in flight", 10_000, 1, Pace.window(4), 3, 5);
        put(
                "rooms-1000x10",
                "1,000 rooms of ten, 200 messages in flight: the walk of a message",
                10_000,
                1000,
                Pace.window(200),
                3,
                5);
        put(
                "hundred-k",
                "100,000 deliveries a second over 10,000 connections in 100 rooms",
                10_000,
                100,
                Pace.rate(1000),
                5,
                10);
        put(
                "idle",
                "15,000 connections that say nothing: memory by the slope between two levels, CPU",
                15_000,
                1500,
                Pace.idle(),
                10,
                20);
        put(
                "slow-readers",
                "one room of 1,000 at 100 messages a second; 100 members stop reading for 5 s",
                1000,
                1,
                Pace.rate(100),
                new Disturbance(100, Duration.ofSeconds(5), 0),
                3,
                15);
        put(
                "reconnect-storm",
                "5,000 in 50 rooms; 4,500 lose their connection at once and come back",
                5000,
                50,
                Pace.rate(50),
                new Disturbance(0, Duration.ZERO, 4500),
                3,
                15);
    }

    private Profiles() {}

    private static void put(
            String name, String about, int connections, int rooms, Pace pace, int warmUp, int measured) {
        put(name, about, connections, rooms, pace, Disturbance.NONE, warmUp, measured);
    }

    private static void put(
            String name,
            String about,
            int connections,
            int rooms,
            Pace pace,
            Disturbance disturbance,
            int warmUp,
            int measured) {
        ALL.put(
                name,
                new Profile(
                        about,
                        new Crowd(connections, rooms, 0, 1),
                        new LoadPlan.Traffic(pace, USUAL_PAYLOAD),
                        new Timing(Duration.ofSeconds(warmUp), Duration.ofSeconds(measured), Duration.ofSeconds(2)),
                        disturbance));
    }

    /** What runs when nobody names one. */
    public static String usual() {
        return "broadcast-100ms";
    }

    public static Set<String> names() {
        return ALL.keySet();
    }

    public static Optional<Profile> named(String name) {
        return Optional.ofNullable(ALL.get(name));
    }
}
