package earshot.core.usage;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Port: what tenants used, by day and month, for long. Thread-safe; never blocks; stages complete on any thread and fail when the engine does
 * not answer.
 */
public interface UsageArchive {
    /**
     * Puts one whole day of a tenant in place of what was there of it, and makes its month anew from its days: to do it again, or on two nodes,
     * changes nothing.
     */
    CompletionStage<Void> putDay(Tenant tenant, Usage day);

    /**
     * Days or months of a tenant that are known, oldest first.
     *
     * @param span DAY or MONTH
     * @param to begin of the span after the last
     */
    CompletionStage<List<Usage>> read(Tenant tenant, Span span, Instant from, Instant to);

    /** Keeps nothing. */
    UsageArchive NONE = new UsageArchive() {
        @Override
        public CompletionStage<Void> putDay(Tenant tenant, Usage day) {
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<List<Usage>> read(Tenant tenant, Span span, Instant from, Instant to) {
            return CompletableFuture.completedStage(List.of());
        }
    };
}
