package earshot.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Processes that end with this one, the last first. Not thread-safe. */
final class ChildProcesses implements AutoCloseable {
    private static final long END_WITHIN_SECONDS = 15;

    private final Map<String, Process> running = new LinkedHashMap<>();
    private final Thread atExit =
            new Thread(() -> running.values().forEach(Process::destroyForcibly), "earshot-children-end");
    private volatile boolean closing;

    ChildProcesses() {
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Throws {@link CommandFailure}. Ctrl-C of the terminal is not theirs: they end when this one says so. */
    Child start(String name, int port, List<String> words, Map<String, String> environment, Path log) {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) command.add("setsid");
        command.addAll(words);
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            running.put(name, process);
            return new Child(name, port, process, log);
        } catch (IOException e) {
            throw new CommandFailure(name + " cannot be started: " + e.getMessage());
        }
    }

    /** Told on any thread, but for ends that {@link #close} makes. */
    void onEachEnd(Consumer<String> told) {
        running.forEach((name, process) -> {
            var _ = process.onExit().thenRun(() -> {
                if (!closing) told.accept(name);
            });
        });
    }

    @Override
    public void close() {
        closing = true;
        for (String name : List.copyOf(running.keySet()).reversed()) {
            Process process = running.get(name);
            if (process != null) end(process);
        }
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // the process ends already
        }
    }

    private static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(END_WITHIN_SECONDS, TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
