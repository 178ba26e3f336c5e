package earshot.core.usage;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;

/** How long one figure of usage is. Everything is UTC: an hour of one node is the same hour of every other. */
public enum Span {
    HOUR(ChronoUnit.HOURS),
    DAY(ChronoUnit.DAYS),
    MONTH(ChronoUnit.MONTHS);

    private final ChronoUnit unit;

    Span(ChronoUnit unit) {
        this.unit = unit;
    }

    /** The begin of the span that an instant lies in. */
    public Instant startOf(Instant at) {
        ZonedDateTime day = at.atZone(ZoneOffset.UTC);
        return (this == MONTH ? day.withDayOfMonth(1).truncatedTo(ChronoUnit.DAYS) : day.truncatedTo(unit)).toInstant();
    }

    /** The begin of the span that is so many after (or before) the one that begins at {@code start}. */
    public Instant plus(Instant start, long spans) {
        return start.atZone(ZoneOffset.UTC).plus(spans, unit).toInstant();
    }
}
