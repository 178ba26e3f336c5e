package earshot.gateway;

import earshot.core.message.CloseReason;
import earshot.dialect.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** From masked bytes to checked messages; an operation is one text frame of a client, sixteen come in one read. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FrameReaderBenchmark {
    static final int FRAMES = 16;

    /** Bytes of one payload. */
    @Param({"32", "190", "4096"})
    public int payloadBytes;

    private final Counted counted = new Counted();
    private FrameReader reader = new FrameReader(counted, 64 << 10);
    private ByteBuf bytes = Unpooled.EMPTY_BUFFER;

    @Setup
    public void make() {
        reader = new FrameReader(counted, 64 << 10);
        byte[] frame = MaskedFrames.text("x".repeat(payloadBytes));
        bytes = Unpooled.directBuffer(FRAMES * frame.length);
        for (int i = 0; i < FRAMES; i++) bytes.writeBytes(frame);
    }

    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public @Nullable CloseReason read() {
        bytes.readerIndex(0);
        CloseReason broken = reader.read(bytes);
        if (counted.messages != FRAMES) throw new IllegalStateException("messages: " + counted.messages);
        counted.messages = 0;
        return broken;
    }

    private static final class Counted implements FrameReader.Sink {
        private int messages;

        @Override
        public void onMessage(Frame frame) {
            messages++;
        }

        @Override
        public void onPing(byte[] payload) {}

        @Override
        public void onPong() {}

        @Override
        public void onClose(int code) {}
    }
}
