package earshot.server;

import earshot.dialect.threadkit.Site;
import earshot.dialect.threadkit.Sites;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The sites of the configuration, and behind them those that the product's own server keeps. Thread-safe, as both are. */
record AllSites(Sites configured, Sites shared) implements Sites {
    @Override
    public CompletionStage<Optional<Site>> find(String key) {
        return configured
                .find(key)
                .thenCompose(known -> known.isPresent() ? CompletableFuture.completedStage(known) : shared.find(key));
    }
}
