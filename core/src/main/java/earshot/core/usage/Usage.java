package earshot.core.usage;

import java.time.Instant;

/**
 * What a tenant used in some span of time.
 *
 * @param start the span's begin
 * @param users not to be changed
 * @param peakConnections the most at once, by minute
 * @param connectionMinutes one for each connection and minute: divided by the minutes of the span, the average
 */
public record Usage(Instant start, long messages, Sketch users, int peakConnections, long connectionMinutes) {
    public static Usage none(Instant start) {
        return new Usage(start, 0, new Sketch(), 0, 0);
    }

    public static Usage of(UsageHour hour) {
        return new Usage(
                Instant.ofEpochSecond(hour.hour() * UsageHour.SECONDS),
                hour.messages(),
                hour.users(),
                hour.peak(),
                hour.connectionMinutes());
    }

    /** Both together; it begins where this one does. */
    public Usage plus(Usage other) {
        Sketch everybody = users.copy();
        everybody.merge(other.users);
        return new Usage(
                start,
                messages + other.messages,
                everybody,
                Math.max(peakConnections, other.peakConnections),
                connectionMinutes + other.connectionMinutes);
    }
}
