package earshot.core.usage;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Port: what tenants used, hour by hour, for as long as the engine keeps hours (a week by default). Thread-safe; never blocks; stages complete on
 * any thread and fail when the engine does not answer.
 */
public interface UsageBook {
    /** The most hours that one call reads: a month. */
    int MAX_HOURS = 31 * 24;

    /**
     * Adds up. Figures for plots, not for accounts: what the engine cannot take, or had not stored when the process died (seconds), is counted
     * in {@link earshot.core.telemetry.Metric#USAGE_LOST} where that can be known, and gone.
     */
    void add(List<UsageChange> happened);

    /**
     * Hours of a tenant, oldest first; those in which nothing happened may be left out.
     *
     * @param from first hour since 1970
     * @param to the hour after the last, at most {@link #MAX_HOURS} later
     */
    CompletionStage<List<UsageHour>> hours(Tenant tenant, long from, long to);

    /** Who used something on a day (since 1970, UTC), in order. */
    CompletionStage<List<Tenant>> tenants(long day);

    /** Keeps nothing. */
    UsageBook NONE = new UsageBook() {
        @Override
        public void add(List<UsageChange> happened) {}

        @Override
        public CompletionStage<List<UsageHour>> hours(Tenant tenant, long from, long to) {
            return CompletableFuture.completedStage(List.of());
        }

        @Override
        public CompletionStage<List<Tenant>> tenants(long day) {
            return CompletableFuture.completedStage(List.of());
        }
    };
}
