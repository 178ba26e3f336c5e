package earshot.dialect.waddle;

import earshot.core.message.Body;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.dialect.Frame;
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

/** JSON in both directions; an operation is one frame. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class WaddleCodecBenchmark {
    private static final int MAX_CONTENT_CHARS = 4000;
    private static final String CONTENT = "x".repeat(100);

    private final Frame message = Frame.text("{\"type\":\"message\",\"content\":\"" + CONTENT + "\"}");
    private final Frame threaded = Frame.text(
            "{\"type\":\"message\",\"message\":{\"id\":\"c-17\",\"content\":\"said \\\"so\\\" \u00e9 " + CONTENT
                    + "\",\"threadId\":\"0197c2f0-6c5e-7a51-8d0e-0242ac120002\",\"userId\":\"u1\",\"timestamp\":1751447550000}}");
    private final Frame typing = Frame.text("{\"type\":\"typing\",\"isTyping\":true}");

    private final Message own = posted(new Body(
            WaddleDialect.NAME,
            MessageBody.MEDIA_TYPE,
            Frame.text("{\"content\":\"" + CONTENT + "\"}").bytes()));
    private final Message foreign = posted(null);

    private static Message posted(@org.jspecify.annotations.Nullable Body body) {
        return new Message(
                "0197c2f0-6c5e-7a51-8d0e-0242ac120002",
                new RoomId(WaddleDialect.NAME, "", "general"),
                new Position(1_751_447_550_000L, 123_456),
                Profile.named(new UserId(WaddleDialect.NAME, "user-1234"), "Ada"),
                CONTENT,
                null,
                null,
                1_751_447_550_123L,
                body,
                0,
                0,
                false);
    }

    /** What the load generator sends: content at the top. */
    @Benchmark
    public Object decodeMessage() {
        return FrameReader.read(message, MAX_CONTENT_CHARS);
    }

    /** What the original's client sends: a nested message with escapes and a thread. */
    @Benchmark
    public Object decodeNestedMessage() {
        return FrameReader.read(threaded, MAX_CONTENT_CHARS);
    }

    @Benchmark
    public Object decodeTyping() {
        return FrameReader.read(typing, MAX_CONTENT_CHARS);
    }

    /** A message of this dialect: literals are copied. */
    @Benchmark
    public Object encodeMessage() {
        return ServerFrames.message(own);
    }

    /** A message of another dialect: its text is escaped. */
    @Benchmark
    public Object encodeForeignMessage() {
        return ServerFrames.message(foreign);
    }
}
