package earshot.engine.sql;

import earshot.core.usage.Span;
import earshot.core.usage.Tenant;
import earshot.core.usage.Usage;
import earshot.core.usage.UsageArchive;
import earshot.core.usage.UsageBook;
import earshot.core.usage.UsageChange;
import earshot.core.usage.UsageHour;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What tenants used, in the directory's file: hours of this node, and days and months of all. Thread-safe; callers never block; stages complete
 * on the directory's threads. What is added is written with the directory's heartbeat, every two seconds, and before anything is read: a crash
 * loses seconds of it.
 */
public final class SqliteUsage implements UsageBook, UsageArchive {
    /** Keys of reads that may be shared. */
    private sealed interface Asked {
        record Hours(Tenant tenant, long from, long to) implements Asked {}

        record Tenants(long day) implements Asked {}

        record Archived(Tenant tenant, Span span, Instant from, Instant to) implements Asked {}
    }

    private final UsageQueue queue;
    private final DirectoryWriter writer;
    private final Readers<DirectoryReads> readers;

    SqliteUsage(UsageQueue queue, DirectoryWriter writer, Readers<DirectoryReads> readers) {
        this.queue = queue;
        this.writer = writer;
        this.readers = readers;
    }

    @Override
    public void add(List<UsageChange> happened) {
        queue.add(happened);
    }

    @Override
    public CompletionStage<List<UsageHour>> hours(Tenant tenant, long from, long to) {
        return written()
                .thenCompose(_ -> readers.ask(
                        new Asked.Hours(tenant, from, to), r -> r.usage().hours(tenant, from, to)));
    }

    @Override
    public CompletionStage<List<Tenant>> tenants(long day) {
        return written()
                .thenCompose(_ ->
                        readers.ask(new Asked.Tenants(day), r -> r.usage().tenants(day * 24, day * 24 + 24)));
    }

    private CompletionStage<Integer> written() {
        return queue.isEmpty() ? CompletableFuture.completedStage(0) : writer.writeUsage();
    }

    @Override
    public CompletionStage<Void> putDay(Tenant tenant, Usage day) {
        return writer.write(w -> w.usage().putDay(tenant, day)).thenAccept(_ -> {});
    }

    @Override
    public CompletionStage<List<Usage>> read(Tenant tenant, Span span, Instant from, Instant to) {
        return readers.ask(
                new Asked.Archived(tenant, span, from, to), r -> r.usage().archived(tenant, span, from, to));
    }
}
