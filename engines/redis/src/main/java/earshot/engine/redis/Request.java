package earshot.engine.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One command for Redis, and who hears its answer. Immutable.
 *
 * @param command as Redis spells it; with a script EVALSHA or EVAL, which {@link Lane} decides
 * @param keys the first decides the shard; on a cluster all of them must lie in its slot; empty: any shard will do
 * @param args byte arrays, strings, numbers ({@code long}, {@code int}); never changed by anybody
 * @param shared a read that may be asked once for all who ask the same before the next flush
 * @param merge puts several requests into one call; null: goes alone
 * @param deadlineNanos when it fails if it was not answered
 * @param patienceNanos how much of that is for a server that is away: it then waits, while others are refused; 0: none
 * @param then leaves right behind it, in the same write; null: nothing
 */
record Request(
        String command,
        @Nullable Script script,
        List<String> keys,
        List<?> args,
        boolean shared,
        @Nullable Merge merge,
        long deadlineNanos,
        long patienceNanos,
        Answer answer,
        @Nullable Request then) {
    Request(
            String command,
            @Nullable Script script,
            List<String> keys,
            List<?> args,
            boolean shared,
            @Nullable Merge merge,
            long deadlineNanos,
            Answer answer) {
        this(command, script, keys, args, shared, merge, deadlineNanos, 0, answer, null);
    }

    /** Hears one of the two, on any thread, and must not block. Whatever it is told after the first does not count. */
    interface Answer {
        void onReply(Reply reply);

        void onFailure(RedisUnavailable failure);
    }

    /** Turns requests that go to the same place in the same flush into one call: the more there is to do, the cheaper each becomes. */
    interface Merge {
        /** How many parts one call may have. */
        int limit();

        /** The call that does all of it, in this order, and tells each part its answer. On the engine's thread. */
        Request merged(List<Request> parts);
    }

    boolean isPatient() {
        return patienceNanos > 0;
    }

    /** What makes two reads the same. */
    record Question(String command, @Nullable Script script, List<String> keys, List<?> args) {}

    Question question() {
        return new Question(command, script, keys, args);
    }

    /** Roughly: for the limit of what waits. */
    long weightBytes() {
        long bytes = 200;
        for (String key : keys) bytes += key.length();
        for (Object arg : args)
            bytes += switch (arg) {
                case byte[] raw -> raw.length;
                case String text -> text.length();
                default -> 8;
            };
        return bytes;
    }

    static byte[] bytes(Object arg) {
        return switch (arg) {
            case byte[] raw -> raw;
            case String text -> text.getBytes(StandardCharsets.UTF_8);
            case Long n -> Long.toString(n).getBytes(StandardCharsets.US_ASCII);
            case Integer n -> Integer.toString(n).getBytes(StandardCharsets.US_ASCII);
            default ->
                throw new IllegalArgumentException(
                        "argument: " + arg.getClass().getName() + " (expected: byte[], String, long or int)");
        };
    }

    @Override
    public String toString() {
        return (script == null ? command : script.name()).toLowerCase(Locale.ROOT);
    }
}
