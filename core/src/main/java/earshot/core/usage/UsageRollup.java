package earshot.core.usage;

import earshot.core.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Puts whole days from the book into the archive, before the book forgets them. Thread-safe; never blocks. To run it again, or on several nodes
 * into one archive, changes nothing.
 */
public final class UsageRollup {
    /** What happened at the end of a day may be told a little later. */
    static final Duration SETTLED = Duration.ofMinutes(5);

    private static final Duration DAY = Duration.ofDays(1);

    private final UsageBook book;
    private final UsageArchive archive;
    private final Duration hoursKept;
    private final Clock clock;
    /** Before this day everything was looked at. */
    private volatile Instant settled = Instant.MIN;

    /** @param hoursKept how far the book goes back; a day of which hours may be gone already is left as it is */
    public UsageRollup(UsageBook book, UsageArchive archive, Duration hoursKept, Clock clock) {
        this.book = book;
        this.archive = archive;
        this.hoursKept = hoursKept;
        this.clock = clock;
    }

    /** Archives the whole days that are not there; completes with how many. Fails when an engine does not answer; the next run goes on. */
    public CompletionStage<Integer> run() {
        Instant now = Instant.ofEpochMilli(clock.millis());
        Instant end = Span.DAY.startOf(now.minus(SETTLED));
        Instant oldest = now.minus(hoursKept);
        CompletionStage<Integer> done = CompletableFuture.completedStage(0);
        for (Instant day = Span.DAY.startOf(oldest); day.isBefore(end); day = day.plus(DAY)) {
            if (day.isBefore(oldest) || day.isBefore(settled)) continue;
            Instant of = day;
            done = done.thenCompose(count -> archive(of).thenApply(more -> count + more));
        }
        return done.thenApply(count -> {
            settled = end;
            return count;
        });
    }

    private CompletionStage<Integer> archive(Instant day) {
        return book.tenants(day.getEpochSecond() / DAY.toSeconds()).thenCompose(tenants -> {
            CompletionStage<Integer> done = CompletableFuture.completedStage(0);
            for (Tenant tenant : tenants)
                done = done.thenCompose(count -> archive(tenant, day).thenApply(more -> count + more));
            return done;
        });
    }

    private CompletionStage<Integer> archive(Tenant tenant, Instant day) {
        return archive.read(tenant, Span.DAY, day, day.plus(DAY)).thenCompose(known -> {
            if (!known.isEmpty()) return CompletableFuture.completedStage(0);
            long first = UsageHour.at(day.toEpochMilli());
            return book.hours(tenant, first, first + 24).thenCompose(hours -> put(tenant, day, hours));
        });
    }

    private CompletionStage<Integer> put(Tenant tenant, Instant day, List<UsageHour> hours) {
        Usage whole = Usage.none(day);
        for (UsageHour hour : hours) whole = whole.plus(Usage.of(hour));
        return archive.putDay(tenant, whole).thenApply(_ -> 1);
    }
}
