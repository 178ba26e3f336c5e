package earshot.server;

import earshot.dialect.threadkit.Site;
import earshot.dialect.threadkit.Sites;
import earshot.server.config.ThreadkitSettings.SiteEntry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The sites of the configuration. Thread-safe. */
final class ConfiguredSites implements Sites {
    private final Map<String, Site> byKey = new HashMap<>();

    ConfiguredSites(List<SiteEntry> entries) {
        for (SiteEntry entry : entries) {
            Site site = new Site(entry.id(), entry.domain(), entry.origins());
            for (String key : entry.keys()) byKey.put(key, site);
        }
    }

    @Override
    public CompletionStage<Optional<Site>> find(String key) {
        return CompletableFuture.completedStage(Optional.ofNullable(byKey.get(key)));
    }
}
