package earshot.gateway;

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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The walk of one message on one loop, from the client's masked bytes to finished frames at every member's link: read, decode, append, encode,
 * fan out. An operation is one message. The dialect is waddle, the node is the real one, a link takes bytes and drops them: what the kernel
 * costs is measured from outside, by the table of results.
 *
 * <p>{@code -p log=sqlite} stores what is said in a new directory, {@code committed}, as the table has it; the time of an operation then includes waiting.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class RoomBenchmark {
    static final int MESSAGES = 10_000;

    /** How many rooms of how many members, and how many messages are under way at once over all rooms. */
    public enum Shape {
        ONE_ROOM_OF_10(1, 10, 4),
        ONE_ROOM_OF_100(1, 100, 4),
        ONE_ROOM_OF_1000(1, 1000, 4),
        ROOMS_1000_OF_10(1000, 10, 200);

        final int rooms;
        final int members;
        final int inFlight;

        Shape(int rooms, int members, int inFlight) {
            this.rooms = rooms;
            this.members = members;
            this.inFlight = inFlight;
        }
    }

    @Param
    public Shape shape = Shape.ONE_ROOM_OF_10;

    @Param("memory")
    public String log = "memory";

    private @Nullable RoomWorld world;

    @Setup
    public void open() {
        world = new RoomWorld(shape, log.equals("sqlite"));
    }

    @TearDown
    public void close() {
        if (world != null) world.close();
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long say() throws InterruptedException {
        if (world == null) throw new IllegalStateException("world: not opened");
        return world.say(MESSAGES);
    }
}
