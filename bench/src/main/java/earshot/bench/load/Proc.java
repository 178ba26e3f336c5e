package earshot.bench.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Linux tells of processes and of itself (proc(5)). Answers zero or nothing where it does not. Thread-safe. */
final class Proc {
    /** Ticks of CPU time in a second, as the kernel shows them on every platform that Earshot runs on. */
    private static final double TICKS = 100;

    private static final Pattern RSS = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final Pattern CPU = Pattern.compile("model name\\s*:\\s*(.+)");
    private static final Pattern MEMORY = Pattern.compile("MemTotal:\\s+(\\d+) kB");
    private static final Pattern FILES = Pattern.compile("Max open files\\s+(\\d+)");
    private static final Pattern SECRET = Pattern.compile("(?i)((?:secret|key|token|password)[^=]*=).*");

    private Proc() {}

    /** User and system time so far. */
    static double cpuSeconds(long pid) {
        String stat = read(Path.of("/proc/" + pid + "/stat"));
        int end = stat.lastIndexOf(')');
        if (end < 0) return 0;
        List<String> fields = List.of(stat.substring(end + 2).split(" ", -1));
        return (Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12))) / TICKS;
    }

    static long rssBytes(long pid) {
        return found(RSS, Path.of("/proc/" + pid + "/status"))
                        .map(Long::parseLong)
                        .orElse(0L)
                * 1024;
    }

    /** How many files this process may have open. */
    static int openFiles() {
        return found(FILES, Path.of("/proc/self/limits")).map(Integer::parseInt).orElse(1024);
    }

    static LoadResult.Machine machine() {
        return new LoadResult.Machine(
                found(CPU, Path.of("/proc/cpuinfo")).orElse("unknown"),
                cores(),
                found(MEMORY, Path.of("/proc/meminfo")).map(Long::parseLong).orElse(0L) * 1024,
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
    }

    /** All of the machine, also those that this process may not use. */
    static int cores() {
        long cores = read(Path.of("/proc/cpuinfo"))
                .lines()
                .filter(line -> line.startsWith("processor"))
                .count();
        return cores == 0 ? Runtime.getRuntime().availableProcessors() : (int) cores;
    }

    /** How a process was started; values that look secret are left out. */
    static String command(long pid) {
        String command = read(Path.of("/proc/" + pid + "/cmdline"));
        StringBuilder shown = new StringBuilder();
        boolean isPath = false;
        for (String word : command.split("\0", -1)) {
            if (word.isEmpty()) continue;
            if (isPath) word = "…";
            isPath = word.equals("-cp") || word.equals("-classpath");
            shown.append(shown.isEmpty() ? "" : " ").append(SECRET.matcher(word).replaceAll("$1…"));
        }
        return shown.toString();
    }

    /** Who listens on a port; empty when nobody does, or somebody else's process. */
    static Optional<Long> listener(int port) {
        String hex = String.format(Locale.ROOT, ":%04X", port);
        return inode(Path.of("/proc/net/tcp"), hex)
                .or(() -> inode(Path.of("/proc/net/tcp6"), hex))
                .flatMap(Proc::holder);
    }

    /** Columns: number, local address, remote address, state (0A listens), queues, timer, retransmits, uid, timeout, inode. */
    private static Optional<String> inode(Path table, String port) {
        return read(table)
                .lines()
                .map(line -> List.of(line.strip().split("\\s+", -1)))
                .filter(f -> f.size() > 9 && f.get(1).endsWith(port) && f.get(3).equals("0A"))
                .map(f -> f.get(9))
                .findFirst();
    }

    private static Optional<Long> holder(String inode) {
        String wanted = "socket:[" + inode + "]";
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process.resolve("fd"), wanted))
                    return Optional.of(Long.parseLong(process.getFileName().toString()));
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static boolean holds(Path descriptors, String wanted) {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(descriptors)) {
            for (Path descriptor : open) {
                if (Files.isSymbolicLink(descriptor)
                        && Files.readSymbolicLink(descriptor).toString().equals(wanted)) return true;
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            return false; // somebody else's, or gone
        }
        return false;
    }

    private static Optional<String> found(Pattern pattern, Path file) {
        Matcher matcher = pattern.matcher(read(file));
        return matcher.find() ? Optional.of(matcher.group(1).strip()) : Optional.empty();
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
