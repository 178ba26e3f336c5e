package earshot.core.usage;

import earshot.core.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What tenants used, read back: hours from the book, days and months from the archive, and from the book what is not there yet. Thread-safe;
 * stages complete on any thread and fail when an engine does not answer.
 */
public final class UsageReport {
    private final UsageBook book;
    private final UsageArchive archive;
    private final Duration hoursKept;
    private final Clock clock;

    /** @param hoursKept how far the book goes back */
    public UsageReport(UsageBook book, UsageArchive archive, Duration hoursKept, Clock clock) {
        this.book = book;
        this.archive = archive;
        this.hoursKept = hoursKept;
        this.clock = clock;
    }

    /** A count at the begin of a minute. */
    public record Connections(Instant at, int count) {}

    /** Who used something within the time that the book goes back. */
    public CompletionStage<List<Tenant>> tenants() {
        SortedSet<Tenant> all = new TreeSet<>();
        CompletionStage<?> read = CompletableFuture.completedStage("");
        long today = now().getEpochSecond() / Duration.ofDays(1).toSeconds();
        for (long day = today - hoursKept.toDays(); day <= today; day++) {
            CompletionStage<List<Tenant>> found = book.tenants(day);
            read = read.thenCombine(found, (_, tenants) -> {
                synchronized (all) {
                    return all.addAll(tenants);
                }
            });
        }
        return read.thenApply(_ -> List.copyOf(all));
    }

    /** One figure for each span from the one that {@code from} lies in to the one before {@code to}; none is left out. */
    public CompletionStage<List<Usage>> read(Tenant tenant, Span span, Instant from, Instant to) {
        Instant first = span.startOf(from);
        var series = new Series(span, first, to);
        if (span == Span.HOUR)
            return hours(tenant, first, to)
                    .thenApply(hours -> series.with(hours).list());
        return archivedDays(tenant, latest(first, oldestHour()), to).thenCompose(days -> {
            // What the archive has of a day is all of it; a month is what it has of its days and the hours of the
            // others.
            CompletionStage<List<Usage>> archived = span == Span.DAY && !first.isBefore(oldestHour())
                    ? CompletableFuture.completedStage(days)
                    : archive.read(tenant, span, first, to);
            List<Instant> known = days.stream().map(Usage::start).toList();
            return archived.thenCombine(
                    hours(tenant, first, to),
                    (old, hours) -> series.with(old)
                            .with(hours.stream()
                                    .filter(hour -> !known.contains(Span.DAY.startOf(hour.start())))
                                    .toList())
                            .list());
        });
    }

    private CompletionStage<List<Usage>> archivedDays(Tenant tenant, Instant from, Instant to) {
        return from.isBefore(to)
                ? archive.read(tenant, Span.DAY, from, to)
                : CompletableFuture.completedStage(List.of());
    }

    /** One count for each minute; 0 also for minutes that have not been counted. */
    public CompletionStage<List<Connections>> connections(Tenant tenant, Instant from, Instant to) {
        long first = Math.floorDiv(from.getEpochSecond(), UsageHour.MINUTES);
        long last = Math.ceilDiv(to.getEpochSecond(), UsageHour.MINUTES);
        return read(tenant, from, to).thenApply(hours -> {
            int[] counts = new int[(int) (last - first)];
            for (UsageHour hour : hours) {
                long begin = hour.hour() * UsageHour.MINUTES - first;
                hour.connections().forEach((minute, count) -> {
                    long at = begin + minute;
                    if (at >= 0 && at < counts.length) counts[(int) at] = count;
                });
            }
            List<Connections> series = new ArrayList<>(counts.length);
            for (int i = 0; i < counts.length; i++)
                series.add(new Connections(Instant.ofEpochSecond((first + i) * UsageHour.MINUTES), counts[i]));
            return series;
        });
    }

    private CompletionStage<List<Usage>> hours(Tenant tenant, Instant from, Instant to) {
        return read(tenant, from, to)
                .thenApply(hours -> hours.stream().map(Usage::of).toList());
    }

    /** No further back than the book goes, no further than now. */
    private CompletionStage<List<UsageHour>> read(Tenant tenant, Instant from, Instant to) {
        long first = UsageHour.at(latest(from, oldestHour()).toEpochMilli());
        Instant end = to.isAfter(now()) ? now() : to;
        long last = Math.min(UsageHour.at(end.toEpochMilli() - 1) + 1, first + UsageBook.MAX_HOURS);
        return first >= last ? CompletableFuture.completedStage(List.of()) : book.hours(tenant, first, last);
    }

    /** Of a whole day: what was archived is not read by the hour. */
    private Instant oldestHour() {
        return Span.DAY.startOf(now().minus(hoursKept));
    }

    private static Instant latest(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }

    /** Every span between two instants, with what was used in it. */
    private static final class Series {
        private final Span span;
        private final TreeMap<Instant, Usage> byStart = new TreeMap<>();

        Series(Span span, Instant first, Instant to) {
            this.span = span;
            for (Instant at = first; at.isBefore(to); at = span.plus(at, 1)) byStart.put(at, Usage.none(at));
        }

        Series with(List<Usage> more) {
            for (Usage each : more)
                byStart.computeIfPresent(span.startOf(each.start()), (_, before) -> before.plus(each));
            return this;
        }

        List<Usage> list() {
            return List.copyOf(byStart.values());
        }
    }
}
