package earshot.dialect.threadkit;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Port: which site a key belongs to. Thread-safe; never blocks. */
public interface Sites {
    /** Takes public and secret keys alike, as opaque words. Empty when nobody has this key; fails when the engine does not answer. */
    CompletionStage<Optional<Site>> find(String key);
}
