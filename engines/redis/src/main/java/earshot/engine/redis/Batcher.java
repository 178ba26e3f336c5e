package earshot.engine.redis;

import earshot.core.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one door to Redis: what is asked here leaves with the next flush of its shard, everything of a flush in one write and one round trip.
 *
 * <p>Thread-safe, never blocks. Stages complete on a connection's thread and fail with {@link RedisUnavailable}: at once when too much waits
 * ({@link RedisSettings#maxWaiting}) or the server is away, else after {@link RedisSettings#answerTimeout} at the latest. Nothing that Redis may have
 * done is repeated here; what it refused without doing it (moved, loading, unknown script) is, within the same time. To one shard requests leave in the
 * order in which they were made.
 *
 * <p>Arguments are byte arrays, strings, {@code long} or {@code int}, and belong to the batcher from then on. A key's shard is that of what stands in
 * braces in it ({@link Partitions}); a script's other keys must have the same.
 */
final class Batcher {
    /** Which lane a key belongs to. */
    interface Routes {
        Lane lane(@Nullable String key);

        boolean isCluster();
    }

    private final Routes routes;
    private final Clock clock;
    private final long answerNanos;

    Batcher(Routes routes, Clock clock, long answerNanos) {
        this.routes = routes;
        this.clock = clock;
        this.answerNanos = answerNanos;
    }

    /** Runs a script on a key. */
    CompletionStage<Reply> call(Script script, String key, Object... args) {
        return call(script, List.of(key), args);
    }

    CompletionStage<Reply> call(Script script, List<String> keys, Object... args) {
        return ask("", script, keys, List.of(args), false, Function.identity());
    }

    /** A script that only reads: those who ask with equal strings and numbers before the same flush get one answer together, which nobody may change. */
    CompletionStage<Reply> read(Script script, String key, Object... args) {
        return ask("", script, List.of(key), List.of(args), true, Function.identity());
    }

    /** Any command with its key: {@code command("PFADD", key, user)}. */
    CompletionStage<Reply> command(String command, String key, Object... args) {
        return ask(command, null, List.of(key), List.of(args), false, Function.identity());
    }

    /**
     * A string, asked for once for all who ask before the same flush; null: there is none. Nobody may change the bytes. Different keys leave as commands of
     * their own in the same write: MGET would save Redis little, and hide a key of the wrong type as a missing one.
     */
    CompletionStage<byte @Nullable []> get(String key) {
        return ask("GET", null, List.of(key), List.of(), true, reply -> reply.bytesOrNull(0));
    }

    /** A set, asked for once for all who ask before the same flush. */
    CompletionStage<List<byte[]>> members(String key) {
        return ask("SMEMBERS", null, List.of(key), List.of(), true, Batcher::all);
    }

    /** A hash, names and values in turn, asked for once for all who ask before the same flush. */
    CompletionStage<Reply> fields(String key) {
        return ask("HGETALL", null, List.of(key), List.of(), true, Function.identity());
    }

    private static List<byte[]> all(Reply reply) {
        byte[][] found = new byte[reply.size()][];
        for (int i = 0; i < found.length; i++) found[i] = reply.bytes(i);
        return List.of(found);
    }

    /**
     * Tells the subscribers of one of our channels ({@link Subscriber#subscribe}). On a cluster it goes to the channel's shard only (SPUBLISH), so every
     * channel of ours has a hash tag.
     */
    CompletionStage<Reply> publish(String channel, byte[] payload) {
        return command(routes.isCluster() ? "SPUBLISH" : "PUBLISH", channel, payload);
    }

    /** How many listen to a channel by its name; on one server only. */
    CompletionStage<Long> subscribers(String channel) {
        return ask("PUBSUB", null, List.of(), List.of("NUMSUB", channel), true, reply -> reply.number(1));
    }

    /** Tells everybody who listens to a channel or its pattern, on a cluster by way of all of its nodes. */
    CompletionStage<Reply> publishToAll(String channel, byte[] payload) {
        return ask("PUBLISH", null, List.of(), List.of(channel, payload), false, Function.identity());
    }

    /** Asks one server whether it is there. */
    CompletionStage<Reply> ping(Lane lane) {
        CompletableFuture<Reply> answer = new CompletableFuture<>();
        lane.offer(request("PING", null, List.of(), List.of(), false, Function.identity(), answer));
        return answer;
    }

    /** A part of a call that is put together when the flush begins. */
    void offer(Request part) {
        routes.lane(part.keys().getFirst()).offer(part);
    }

    /** The server that a key or channel belongs to now. */
    String laneName(String key) {
        return routes.lane(key).name();
    }

    /** When something that is asked for now must be answered. */
    long deadlineNanos() {
        return clock.nanos() + answerNanos;
    }

    private <T extends @Nullable Object> CompletionStage<T> ask(
            String command,
            @Nullable Script script,
            List<String> keys,
            List<Object> args,
            boolean shared,
            Function<Reply, T> decode) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        routes.lane(keys.isEmpty() ? null : keys.getFirst())
                .offer(request(command, script, keys, args, shared, decode, answer));
        return answer;
    }

    private <T extends @Nullable Object> Request request(
            String command,
            @Nullable Script script,
            List<String> keys,
            List<Object> args,
            boolean shared,
            Function<Reply, T> decode,
            CompletableFuture<T> answer) {
        Request.Answer heard = new Request.Answer() {
            @Override
            public void onReply(Reply reply) {
                try {
                    answer.complete(decode.apply(reply));
                } catch (RuntimeException e) {
                    answer.completeExceptionally(e);
                }
            }

            @Override
            public void onFailure(RedisUnavailable failure) {
                answer.completeExceptionally(failure);
            }
        };
        return new Request(command, script, keys, args, shared, null, deadlineNanos(), heard);
    }
}
