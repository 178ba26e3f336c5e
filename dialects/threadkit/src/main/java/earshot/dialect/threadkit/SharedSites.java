package earshot.dialect.threadkit;

import earshot.core.records.RecordCache;
import earshot.core.records.SharedRecords;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The sites that the product's HTTP server put into the shared store (protocols/threadkit.md sections 2.1 and 6.1). Thread-safe.
 *
 * <p>A key is looked for where the HTTP server remembers keys for five minutes ({@code apikey:…}), else by its index ({@code apikey:…:site} and
 * {@code site:…:config}), and what was found there is remembered for the HTTP server as it would do itself. The original asked the first only, so
 * that a client came in just while somebody used the HTTP server.
 */
public final class SharedSites implements Sites {
    /** What a key can look like; everything else is unknown without asking. */
    private static final int MAX_KEY_CHARS = 256;

    private static final Duration REMEMBERED = Duration.ofMinutes(5);

    private final SharedRecords records;
    private final RecordCache<String, Site> cache;

    public SharedSites(SharedRecords records, RecordCache.Terms terms, Clock clock, Meter meter) {
        this.records = records;
        this.cache = new RecordCache<>(terms, this::look, clock, meter);
    }

    @Override
    public CompletionStage<Optional<Site>> find(String key) {
        return isPlain(key) ? cache.find(key) : CompletableFuture.completedStage(Optional.empty());
    }

    private static boolean isPlain(String key) {
        return !key.isEmpty() && key.length() <= MAX_KEY_CHARS && key.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    private CompletionStage<Optional<Site>> look(String key) {
        return records.text(SiteRecord.REMEMBERED_KEY + key).thenCompose(text -> {
            Optional<Site> known = text.flatMap(SiteRecord::remembered);
            return known.isPresent() ? CompletableFuture.completedStage(known) : lookByIndex(key);
        });
    }

    private CompletionStage<Optional<Site>> lookByIndex(String key) {
        return records.text(SiteRecord.REMEMBERED_KEY + key + ":site").thenCompose(index -> {
            String site = index.flatMap(SiteRecord::siteId).orElse("");
            if (site.isEmpty()) return CompletableFuture.completedStage(Optional.empty());
            return records.text("site:" + site + ":config")
                    .thenApply(text -> text.flatMap(config -> SiteRecord.configured(site, key, config))
                            .map(record -> remember(key, record)));
        });
    }

    /** Nobody waits for it: the next who asks finds the index again. */
    private Site remember(String key, SiteRecord record) {
        var _ = records.putText(SiteRecord.REMEMBERED_KEY + key, record.toRemember(), REMEMBERED);
        return record.site();
    }
}
