package earshot.core.session;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Port: what clients that lost their connection come back to, on any node, and after a crash as far as the engine lasts. A record is opaque; its key is
 * known to its client alone and comes here as a hash of it.
 *
 * <p>Thread-safe; never blocks. What one caller says of one key is done in that order. Writes may be lost with the process, some 100 ms of them: who then
 * comes back finds less, or nothing, and begins anew.
 */
public interface ResumeBook {
    int MAX_RECORD_BYTES = 256 << 10;

    /**
     * From now on the record is the owner's, whoever had it before.
     *
     * @param owner tells one connection from another that had the same key
     * @param keep how long without {@link #renew}
     */
    void open(String key, long owner, byte[] record, Duration keep);

    /** Nothing happens when it is no longer the owner's, or gone. */
    void renew(String key, long owner, byte[] record, Duration keep);

    /** Nothing happens when it is no longer the owner's. */
    void forget(String key, long owner);

    /** The record, for who asks first: then it is gone. Empty also when the engine does not answer. */
    CompletionStage<Optional<byte[]>> take(String key);

    /** Remembers nothing. */
    ResumeBook NONE = new ResumeBook() {
        @Override
        public void open(String key, long owner, byte[] record, Duration keep) {}

        @Override
        public void renew(String key, long owner, byte[] record, Duration keep) {}

        @Override
        public void forget(String key, long owner) {}

        @Override
        public CompletionStage<Optional<byte[]>> take(String key) {
            return CompletableFuture.completedStage(Optional.empty());
        }
    };
}
