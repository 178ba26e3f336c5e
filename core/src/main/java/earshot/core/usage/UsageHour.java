package earshot.core.usage;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a tenant used within one hour, over all nodes.
 *
 * @param hour since 1970
 * @param messages that its clients sent and that were understood
 * @param users who was connected; not to be changed
 * @param connections by minute of the hour, as they were when it began; minutes without any are left out
 */
public record UsageHour(long hour, long messages, Sketch users, SortedMap<Integer, Integer> connections) {
    public static final int SECONDS = 3600;
    public static final int MINUTES = 60;

    /** The hour that an instant of Unix time in milliseconds lies in. */
    public static long at(long millis) {
        return Math.floorDiv(millis, SECONDS * 1000L);
    }

    public UsageHour {
        connections = Collections.unmodifiableSortedMap(new TreeMap<>(connections));
    }

    /** The most at once. */
    public int peak() {
        return connections.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    /** One for each connection and minute. */
    public long connectionMinutes() {
        return connections.values().stream().mapToLong(Integer::longValue).sum();
    }

    public static UsageHour of(UsageChange change) {
        Sketch users = new Sketch();
        change.users().forEach(users::add);
        return new UsageHour(change.hour(), change.messages(), users, new TreeMap<>(change.connections()));
    }

    /** With what happened in the same hour besides. */
    public UsageHour plus(UsageHour other) {
        Sketch everybody = users.copy();
        everybody.merge(other.users);
        SortedMap<Integer, Integer> sums = new TreeMap<>(connections);
        other.connections.forEach((minute, count) -> sums.merge(minute, count, Integer::sum));
        return new UsageHour(hour, messages + other.messages, everybody, sums);
    }
}
