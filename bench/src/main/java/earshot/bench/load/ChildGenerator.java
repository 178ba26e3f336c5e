package earshot.bench.load;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A {@link Generator} in a process of its own, spoken to through its standard input and output. Thread-safe. */
final class ChildGenerator implements Generator {
    private final Process process;
    private final Writer calls;
    private final Map<String, CompletableFuture<String>> waiting = new ConcurrentHashMap<>();

    ChildGenerator(LoadWorker.Order order) throws IOException {
        List<String> command = new ArrayList<>();
        // Ctrl-C is for who started the run, who then asks this process to end.
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) command.add("setsid");
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), LoadWorker.class.getName()));
        this.process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        this.calls = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        Thread.ofPlatform().daemon().name("load-generator-" + order.index()).start(this::listen);
        write(LoadJson.line(order));
    }

    private void listen() {
        try (BufferedReader answers = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                int space = line.indexOf(' ');
                CompletableFuture<String> asked = waiting.remove(space < 0 ? line : line.substring(0, space));
                if (asked != null) asked.complete(line.substring(space + 1));
            }
        } catch (IOException e) {
            // said to all who wait
        }
        var gone = new IOException("a load generator ended before its time; what it said stands above");
        waiting.values().forEach(asked -> asked.completeExceptionally(gone));
    }

    private CompletionStage<String> call(String name, Object value) {
        var answer = new CompletableFuture<String>();
        waiting.put(name, answer);
        try {
            write(name + " " + LoadJson.line(value));
        } catch (UncheckedIOException e) {
            answer.completeExceptionally(e.getCause());
        }
        return answer;
    }

    private synchronized void write(String line) {
        try {
            calls.write(line + "\n");
            calls.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("a load generator is gone", e);
        }
    }

    @Override
    public CompletionStage<Void> open(int members) {
        return call("open", members).thenAccept(_ -> {});
    }

    @Override
    public CompletionStage<Void> leave() {
        return call("leave", 0).thenAccept(_ -> {});
    }

    @Override
    public CompletionStage<Published> publish(Times times) {
        return call("publish", times).thenApply(line -> LoadJson.read(line, Published.class));
    }

    @Override
    public CompletionStage<Void> end() {
        return call("end", 0).thenAccept(_ -> {});
    }

    @Override
    public CompletionStage<Report> settle(Published all) {
        return call("settle", all).thenApply(line -> LoadJson.read(line, Report.class));
    }

    @Override
    public CompletionStage<Tick> tick() {
        return call("tick", 0)
                .thenApply(
                        line -> LoadJson.read(line, LoadWorker.PackedTick.class).unpacked());
    }

    @Override
    public void close() {
        try {
            calls.close();
            if (!process.waitFor(3, TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
