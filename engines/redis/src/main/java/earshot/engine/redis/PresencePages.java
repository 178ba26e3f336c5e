package earshot.engine.redis;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;

/**
 * Reads a room's presence: in one piece, or page by page where one answer would hold up everybody else. Thread-safe.
 *
 * <p>Pages are read one after the other while the room goes on, so together they may have some changes of that time and miss others. Their place is where
 * the stream stood before the first page: who follows the stream from there applies all of these changes, those that the pages have once more, and ends with
 * what is true (a change says what is, never what is different; redis.io, "SCAN": what is there all the time is found).
 */
final class PresencePages {
    static final int FIELDS = 4_000;

    private static final Script LOOK = Script.load("presence-look");
    private static final Script READ = Script.load("presence-read");
    private static final byte LARGE = '+';

    private final Batcher redis;
    private final RandomGenerator random;

    PresencePages(Batcher redis, RandomGenerator random) {
        this.redis = redis;
        this.random = random;
    }

    /** Fails with {@link RedisUnavailable}, or as {@link PresenceSnapshot} does. */
    CompletionStage<PresenceSnapshot> read(String key) {
        return redis.call(LOOK, key, FIELDS).thenCompose(reply -> {
            if (reply.size() == 2 && reply.bytes(0)[0] == LARGE)
                return page(key, "0", new PresenceFields(Place.read(ByteBuffer.wrap(reply.bytes(1)))));
            return beginIfNew(key, PresenceFields.of(reply));
        });
    }

    private CompletionStage<PresenceSnapshot> page(String key, String cursor, PresenceFields found) {
        return redis.command("HSCAN", key, cursor, "COUNT", FIELDS / 2).thenCompose(reply -> {
            found.add(reply.list(1));
            String next = reply.text(0);
            if (next.equals("0")) return CompletableFuture.completedStage(found.toSnapshot());
            return page(key, next, found);
        });
    }

    /** A stream that nobody has begun has no place yet. */
    private CompletionStage<PresenceSnapshot> beginIfNew(String key, PresenceSnapshot snapshot) {
        if (!snapshot.place().equals(Place.NOWHERE)) return CompletableFuture.completedStage(snapshot);
        return redis.call(READ, key, (Object) NodeRegistry.bytes(random.nextLong()))
                .thenApply(PresenceFields::of);
    }
}
