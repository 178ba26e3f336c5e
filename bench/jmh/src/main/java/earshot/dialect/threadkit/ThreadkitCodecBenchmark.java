package earshot.dialect.threadkit;

import earshot.core.message.Body;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** JSON-RPC in both directions; an operation is one frame, or one comment that the product posts. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ThreadkitCodecBenchmark {
    private static final String PAGE = "2b1e4c60-7f0a-4c8e-9d5b-1f2a3b4c5d6e";
    private static final String COMMENT = "9c858901-8a57-4791-81fe-4c455b099bc9";
    private static final String USER = "16fd2706-8baf-433b-82eb-8c7fada847da";

    private final byte[] subscribe =
            utf8("{\"jsonrpc\":\"2.0\",\"method\":\"subscribe\",\"params\":{\"page_id\":\"" + PAGE + "\"}}");
    private final byte[] typing = utf8("{\"jsonrpc\":\"2.0\",\"method\":\"typing\",\"params\":{\"page_id\":\"" + PAGE
            + "\",\"reply_to\":\"" + COMMENT + "\"}}");
    private final byte[] treeComment = utf8("{\"i\":\"" + COMMENT + "\",\"a\":\"" + USER
            + "\",\"n\":\"ada\",\"p\":null,\"k\":12,\"t\":\"" + "x".repeat(60) + "\",\"h\":\"<p>" + "x".repeat(60)
            + "</p>\",\"u\":0,\"d\":0,\"x\":\"2026-01-01T00:00:00Z\",\"m\":\"2026-01-01T00:00:00Z\",\"r\":[]}");
    private final RoomId room = new RoomId(ThreadkitDialect.NAME, "site", PAGE);
    private final Message own = posted(new Body(ThreadkitDialect.NAME, TreeComment.MEDIA_TYPE, treeComment));
    private final Message foreign = posted(null);

    private Message posted(@org.jspecify.annotations.Nullable Body body) {
        return new Message(
                COMMENT,
                room,
                new Position(1_751_447_550_000L, 123_456),
                Profile.named(new UserId(ThreadkitDialect.NAME, USER), "ada"),
                "x".repeat(60),
                null,
                null,
                1_751_447_550_123L,
                body,
                0,
                0,
                false);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Benchmark
    public Object decodeSubscribe() {
        return ClientDecoder.decode(subscribe);
    }

    @Benchmark
    public Object decodeTyping() {
        return ClientDecoder.decode(typing);
    }

    /** What the product's server posts, read for its fields. */
    @Benchmark
    public Object decodeComment() {
        TreeComment read = TreeComment.read(treeComment);
        if (read == null) throw new IllegalStateException("the comment is none");
        return read;
    }

    /** A comment of this dialect: passed on byte for byte. */
    @Benchmark
    public Object encodeComment() {
        Body body = own.body();
        return body == null ? own : ServerFrames.ownComment(room, body.bytes());
    }

    /** A message of another dialect, from its fields. */
    @Benchmark
    public Object encodeForeignMessage() {
        return ServerFrames.comment(foreign);
    }
}
