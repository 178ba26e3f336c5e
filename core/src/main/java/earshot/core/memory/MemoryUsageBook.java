package earshot.core.memory;

import earshot.core.time.Clock;
import earshot.core.usage.Tenant;
import earshot.core.usage.UsageBook;
import earshot.core.usage.UsageChange;
import earshot.core.usage.UsageHour;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Usage in this process, of at most {@value #MAX_TENANTS} tenants: the one that did nothing for longest goes. Thread-safe.
 */
public final class MemoryUsageBook implements UsageBook {
    static final int MAX_TENANTS = 1000;

    private final Clock clock;
    private final long hoursKept;
    private final Map<Tenant, TreeMap<Long, UsageHour>> tenants = new LinkedHashMap<>(16, 0.75f, true);

    public MemoryUsageBook(Duration kept, Clock clock) {
        this.clock = clock;
        this.hoursKept = kept.toHours();
    }

    @Override
    public synchronized void add(List<UsageChange> happened) {
        long oldest = UsageHour.at(clock.millis()) - hoursKept;
        for (UsageChange change : happened) {
            TreeMap<Long, UsageHour> hours = tenants.computeIfAbsent(change.tenant(), _ -> new TreeMap<>());
            hours.merge(change.hour(), UsageHour.of(change), UsageHour::plus);
            hours.headMap(oldest, false).clear();
            if (tenants.size() > MAX_TENANTS)
                tenants.remove(tenants.keySet().iterator().next());
        }
    }

    @Override
    public synchronized CompletionStage<List<UsageHour>> hours(Tenant tenant, long from, long to) {
        TreeMap<Long, UsageHour> hours = tenants.getOrDefault(tenant, new TreeMap<>());
        return CompletableFuture.completedStage(
                List.copyOf(hours.subMap(from, to).values()));
    }

    @Override
    public synchronized CompletionStage<List<Tenant>> tenants(long day) {
        return CompletableFuture.completedStage(tenants.entrySet().stream()
                .filter(e -> !e.getValue().subMap(day * 24, day * 24 + 24).isEmpty())
                .map(Map.Entry::getKey)
                .sorted()
                .toList());
    }
}
