package earshot.engine.sql;

import earshot.core.session.ResumeBook;
import earshot.core.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;

/** What clients come back to, in the directory's file. Thread-safe; all of it goes through the one writer, so that a record is given once. */
public final class SqliteResumeBook implements ResumeBook {
    private final DirectoryWriter writer;
    private final Clock clock;

    SqliteResumeBook(DirectoryWriter writer, Clock clock) {
        this.writer = writer;
        this.clock = clock;
    }

    @Override
    public void open(String key, long owner, byte[] record, Duration keep) {
        long until = clock.millis() + keep.toMillis();
        // What is not written is not found, and that is all that may happen.
        var _ = writer.write(w -> w.resume().open(key, owner, record, until));
    }

    @Override
    public void renew(String key, long owner, byte[] record, Duration keep) {
        long now = clock.millis();
        long until = now + keep.toMillis();
        var _ = writer.write(w -> w.resume().renew(key, owner, record, now, until));
    }

    @Override
    public void forget(String key, long owner) {
        var _ = writer.write(w -> w.resume().forget(key, owner));
    }

    @Override
    public CompletionStage<Optional<byte[]>> take(String key) {
        AtomicReference<Optional<byte[]>> found = new AtomicReference<>(Optional.empty());
        return writer.write(w -> {
                    Optional<byte[]> taken = w.resume().take(key);
                    found.set(taken);
                    return taken.isPresent() ? 1 : 0;
                })
                .thenApply(_ -> found.get())
                .exceptionally(_ -> Optional.empty());
    }
}
