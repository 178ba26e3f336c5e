package earshot.engine.sql;

import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.usage.Tenant;
import earshot.core.usage.UsageChange;
import earshot.core.usage.UsageHour;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What tenants used and was not written yet, summed by tenant and hour; at most {@value #MAX} sums, more are lost and counted. Thread-safe. */
final class UsageQueue {
    private static final int MAX = 20_000;

    record Key(Tenant tenant, long hour) {}

    private final Meter meter;
    private Map<Key, UsageHour> waiting = new LinkedHashMap<>();

    UsageQueue(Meter meter) {
        this.meter = meter;
    }

    synchronized void add(List<UsageChange> happened) {
        for (UsageChange change : happened) add(new Key(change.tenant(), change.hour()), UsageHour.of(change));
    }

    private void add(Key key, UsageHour more) {
        if (waiting.size() < MAX || waiting.containsKey(key)) waiting.merge(key, more, UsageHour::plus);
        else meter.add(Metric.USAGE_LOST, 1, "unwritten");
    }

    synchronized boolean isEmpty() {
        return waiting.isEmpty();
    }

    synchronized Map<Key, UsageHour> take() {
        if (waiting.isEmpty()) return Map.of();
        Map<Key, UsageHour> taken = waiting;
        waiting = new LinkedHashMap<>();
        return taken;
    }

    /** It could not be written: it waits on. */
    synchronized void giveBack(Map<Key, UsageHour> taken) {
        taken.forEach(this::add);
    }
}
