package earshot.engine.redis;

import earshot.core.session.ResumeBook;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What clients come back to, on whatever node: a string each, {@code earshot:resume:KEY}, which Redis forgets in time. Thread-safe. */
public final class RedisResumeBook implements ResumeBook {
    private static final Script RENEW = Script.load("resume-renew");
    private static final Script TAKE = Script.load("resume-take");

    private final Batcher batcher;
    private final String prefix;

    public RedisResumeBook(RedisLink link) {
        this.batcher = link.batcher();
        this.prefix = link.settings().prefix() + "resume:";
    }

    @Override
    public void open(String key, long owner, byte[] record, Duration keep) {
        // What fails is not there when it is asked for, and that is all that may happen.
        var _ = batcher.command("SET", prefix + key, owned(owner, record), "PX", Math.max(1, keep.toMillis()));
    }

    @Override
    public void renew(String key, long owner, byte[] record, Duration keep) {
        var _ = batcher.call(RENEW, prefix + key, bytes(owner), Math.max(1, keep.toMillis()), owned(owner, record));
    }

    @Override
    public void forget(String key, long owner) {
        var _ = batcher.call(RENEW, prefix + key, bytes(owner), 0L);
    }

    @Override
    public CompletionStage<Optional<byte[]>> take(String key) {
        return batcher.call(TAKE, prefix + key)
                .thenApply(reply -> reply.size() == 0 ? Optional.<byte[]>empty() : record(reply.bytes(0)))
                .exceptionally(_ -> Optional.empty());
    }

    private static Optional<byte[]> record(byte[] owned) {
        return owned.length < Long.BYTES
                ? Optional.empty()
                : Optional.of(Arrays.copyOfRange(owned, Long.BYTES, owned.length));
    }

    private static byte[] owned(long owner, byte[] record) {
        return ByteBuffer.allocate(Long.BYTES + record.length)
                .putLong(owner)
                .put(record)
                .array();
    }

    private static byte[] bytes(long owner) {
        return ByteBuffer.allocate(Long.BYTES).putLong(owner).array();
    }
}
