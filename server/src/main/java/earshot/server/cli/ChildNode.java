package earshot.server.cli;

import earshot.server.Main;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A development node as a process of its own: the same code and JVM flags as this one. */
record ChildNode(String name, int port, Process process, Path log) {
    private static final long START_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** Throws {@link CommandFailure}. */
    static ChildNode start(
            ChildProcesses children,
            String name,
            int port,
            Map<String, String> environment,
            List<String> words,
            Path log) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of("serve", "--dev", "--port", Integer.toString(port)));
        command.addAll(words);
        return new ChildNode(name, port, children.start(name, command, environment, log), log);
    }

    long pid() {
        return process.pid();
    }

    /** Throws {@link CommandFailure} with what it said. */
    void awaitListening() {
        long deadline = System.nanoTime() + START_WITHIN_NANOS;
        while (!listens()) {
            if (!process.isAlive() || System.nanoTime() > deadline)
                throw new CommandFailure(name + " did not start; it said: " + said());
            pause();
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            // Whoever else has the port would answer as well.
            return process.isAlive() && said().contains("Listening");
        } catch (IOException notYet) {
            return false;
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted");
        }
    }

    private String said() {
        try {
            return Files.readString(log).strip();
        } catch (IOException e) {
            return "nothing";
        }
    }
}
