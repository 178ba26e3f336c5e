package earshot.core.telemetry;

import earshot.core.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of the product that uses this node, shown beside ours: counters and gauges by name and labels. Thread-safe; nothing takes long. At most
 * {@link #MAX_SERIES} series; a gauge that nobody repeats for {@link #GAUGE_LIFE} is gone, since nobody knows any more whether it is true.
 */
public final class CustomNumbers {
    public static final int MAX_SERIES = 1000;
    public static final Duration GAUGE_LIFE = Duration.ofMinutes(10);

    /** What a number may do. */
    public enum Kind {
        /** It only grows, until the node ends. */
        COUNTER,
        GAUGE
    }

    /**
     * One step of one series.
     *
     * @param name without prefix and without {@code _total}
     * @param help for people; null: as it was said before
     * @param sets whether the amount is the new value; else it is added
     */
    public record Change(
            Kind kind,
            String name,
            SortedMap<String, String> labels,
            @Nullable String help,
            double amount,
            boolean sets) {
        public Change {
            labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        }
    }

    /** What became of changes. */
    public enum Outcome {
        DONE,
        /** One name would be a counter and a gauge; nothing was changed. */
        OTHER_KIND,
        /** There would be too many series; nothing was changed. */
        FULL
    }

    /** All series of a name. */
    public record Family(Kind kind, String name, String help, List<Series> series) {
        public Family {
            series = List.copyOf(series);
        }
    }

    public record Series(SortedMap<String, String> labels, double value) {}

    private record Key(String name, SortedMap<String, String> labels) {}

    private static final class Value {
        double amount;
        long changedNanos;
    }

    private static final class Known {
        final Kind kind;
        String help = "";
        final Map<SortedMap<String, String>, Value> series = new HashMap<>();

        Known(Kind kind) {
            this.kind = kind;
        }
    }

    private final Clock clock;
    private final Object lock = new Object();
    private final Map<String, Known> byName = new TreeMap<>();
    private int count;

    public CustomNumbers(Clock clock) {
        this.clock = clock;
    }

    /** All of them or none, in their order. */
    public Outcome apply(List<Change> changes) {
        synchronized (lock) {
            forgetOld();
            Map<String, Kind> kinds = new TreeMap<>();
            Set<Key> fresh = new HashSet<>();
            for (Change change : changes) {
                Known known = byName.get(change.name());
                Kind kind = known == null ? kinds.putIfAbsent(change.name(), change.kind()) : known.kind;
                if (kind != null && kind != change.kind()) return Outcome.OTHER_KIND;
                if (known == null || !known.series.containsKey(change.labels()))
                    fresh.add(new Key(change.name(), change.labels()));
            }
            if (count + fresh.size() > MAX_SERIES) return Outcome.FULL;
            for (Change change : changes) apply(change);
            return Outcome.DONE;
        }
    }

    private void apply(Change change) {
        Known known = byName.computeIfAbsent(change.name(), _ -> new Known(change.kind()));
        if (change.help() != null) known.help = change.help();
        Value value = known.series.computeIfAbsent(change.labels(), _ -> {
            count++;
            return new Value();
        });
        value.amount = change.sets() ? change.amount() : value.amount + change.amount();
        value.changedNanos = clock.nanos();
    }

    private void forgetOld() {
        long now = clock.nanos();
        for (Known known : byName.values()) {
            if (known.kind != Kind.GAUGE) continue;
            int before = known.series.size();
            known.series.values().removeIf(value -> now - value.changedNanos > GAUGE_LIFE.toNanos());
            count -= before - known.series.size();
        }
        byName.values().removeIf(known -> known.series.isEmpty());
    }

    /** In the order of names. */
    public List<Family> snapshot() {
        synchronized (lock) {
            forgetOld();
            List<Family> all = new ArrayList<>(byName.size());
            byName.forEach((name, known) -> {
                List<Series> series = new ArrayList<>(known.series.size());
                known.series.forEach((labels, value) -> series.add(new Series(labels, value.amount)));
                series.sort(Comparator.comparing(each -> each.labels().toString()));
                all.add(new Family(known.kind, name, known.help, series));
            });
            return all;
        }
    }

    /** Forgets all series of a name; false when there are none. */
    public boolean remove(String name) {
        synchronized (lock) {
            Known known = byName.remove(name);
            if (known != null) count -= known.series.size();
            return known != null;
        }
    }
}
