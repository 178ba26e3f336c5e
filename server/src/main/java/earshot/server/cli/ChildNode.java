package earshot.server.cli;

import earshot.server.Main;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How a development node is started as a process of its own: the same code and JVM flags as this one. */
final class ChildNode {
    /** What it says when it listens. */
    static final String LISTENS = "Listening";

    private ChildNode() {}

    /**
     * Throws {@link CommandFailure}.
     *
     * @param before words before the command, {@code taskset -c 0} for one
     * @param words further words of {@code serve}
     */
    static Child start(
            ChildProcesses children,
            String name,
            int port,
            List<String> before,
            Map<String, String> environment,
            List<String> words,
            Path log) {
        List<String> command = new ArrayList<>(before);
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of("serve", "--dev", "--port", Integer.toString(port), "--log", "text"));
        command.addAll(words);
        return children.start(name, port, command, environment, log);
    }
}
