package earshot.bench.table;

import earshot.bench.load.LoadResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What machine this is. Without state. */
final class Host {
    private static final Pattern CPU = Pattern.compile("model name\\s*:\\s*(.+)");
    private static final Pattern MEMORY = Pattern.compile("MemTotal:\\s+(\\d+) kB");

    private Host() {}

    static LoadResult.Machine machine() {
        String memory = found(MEMORY, "/proc/meminfo");
        String cpu = found(CPU, "/proc/cpuinfo");
        return new LoadResult.Machine(
                cpu.isEmpty() ? "unknown CPU" : cpu,
                Runtime.getRuntime().availableProcessors(),
                memory.isEmpty() ? 0 : Long.parseLong(memory) * 1024,
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.runtime.version"));
    }

    private static String found(Pattern pattern, String file) {
        try {
            Matcher matcher = pattern.matcher(new String(Files.readAllBytes(Path.of(file)), StandardCharsets.UTF_8));
            return matcher.find() ? matcher.group(1).strip() : "";
        } catch (IOException e) {
            return "";
        }
    }
}
