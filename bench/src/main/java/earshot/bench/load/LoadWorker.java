package earshot.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;

/**
 * A load generator in a process of its own: reads an order and then calls from standard input, a line each ({@code name JSON}), and answers each
 * with a line when it is done. Ends with its input, so that it never outlives who started it.
 */
final class LoadWorker {
    private LoadWorker() {}

    /** The first line. */
    record Order(LoadPlan plan, Credentials credentials, int run, int index, int of) {}

    /** As a line: its histogram is text. */
    record PackedTick(long connections, long published, long delivered, double cpuSeconds, String latency) {
        static PackedTick of(Generator.Tick tick) {
            return new PackedTick(
                    tick.connections(),
                    tick.published(),
                    tick.delivered(),
                    tick.cpuSeconds(),
                    Distribution.pack(tick.latency()));
        }

        Generator.Tick unpacked() {
            return new Generator.Tick(connections, published, delivered, cpuSeconds, Distribution.unpack(latency));
        }
    }

    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            String first = in.readLine();
            if (first == null) return;
            Order order = LoadJson.read(first, Order.class);
            try (LoadLoop loop =
                    new LoadLoop(order.plan(), order.credentials(), order.run(), order.index(), order.of())) {
                for (String line = in.readLine(); line != null; line = in.readLine()) call(loop, line, out);
            }
        }
        System.exit(0);
    }

    private static void call(LoadLoop loop, String line, PrintStream out) {
        int space = line.indexOf(' ');
        String name = line.substring(0, space);
        String value = line.substring(space + 1);
        CompletionStage<?> done = switch (name) {
            case "open" -> loop.open(Integer.parseInt(value));
            case "leave" -> loop.leave();
            case "publish" -> loop.publish(LoadJson.read(value, Generator.Times.class));
            case "end" -> loop.end();
            case "settle" -> loop.settle(LoadJson.read(value, Generator.Published.class));
            case "tick" -> loop.tick().thenApplyAsync(PackedTick::of);
            default -> throw new IllegalArgumentException("no call " + name);
        };
        done.whenCompleteAsync((answer, failure) -> say(out, name, failure == null ? answer : failure.toString()));
    }

    private static void say(PrintStream out, String name, Object answer) {
        synchronized (LoadWorker.class) {
            out.println(name + " " + LoadJson.line(answer));
            out.flush();
        }
    }
}
