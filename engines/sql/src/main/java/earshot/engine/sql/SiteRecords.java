package earshot.engine.sql;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Customers whose pages connect, found by the keys they were given; only a hash of each key is kept. Thread-safe; never blocks. */
public interface SiteRecords {
    /** A key that is known already names this site from now on. */
    CompletionStage<Void> putSite(String key, SiteRecord site);

    CompletionStage<Optional<SiteRecord>> findSite(String key);

    CompletionStage<List<SiteRecord>> sites();

    /** @param origins from which browsers may connect; empty: from all */
    record SiteRecord(String id, String domain, List<String> origins) {
        public SiteRecord {
            origins = List.copyOf(origins);
        }
    }
}
