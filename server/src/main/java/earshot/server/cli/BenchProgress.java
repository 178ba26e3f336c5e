package earshot.server.cli;

import earshot.bench.load.LoadResult.Second;
import earshot.bench.load.Progress;
import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;

/** One line that is written over on a terminal; elsewhere a line every five seconds. The first Ctrl-C ends the run, the second the process. */
final class BenchProgress implements Progress, AutoCloseable {
    private static final int QUIET_SECONDS = 5;

    private final PrintWriter err;
    private final boolean isTerminal =
            Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    private volatile boolean cancelled;
    private int seconds;
    private boolean open;

    BenchProgress(PrintWriter err) {
        this.err = err;
        Signals.on("INT", () -> {
            if (cancelled) Runtime.getRuntime().halt(130);
            cancelled = true;
        });
    }

    @Override
    public void second(Second second) {
        seconds++;
        if (isTerminal) overwrite(line(second));
        else if (seconds % QUIET_SECONDS == 0) println(line(second));
    }

    private static String line(Second second) {
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "%4.0f s  %-8s %,7d connected",
                second.at(),
                second.phase().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                second.connections()));
        if (second.delivered() > 0 || second.published() > 0)
            line.append(String.format(
                    Locale.ROOT, "  %,7d msg/s %,10d deliveries/s", second.published(), second.delivered()));
        if (second.p50() != null && second.p99() != null)
            line.append(String.format(Locale.ROOT, "  p50 %.2f p99 %.2f ms", second.p50(), second.p99()));
        if (second.serverCpu() != null) line.append(String.format(Locale.ROOT, "  server %.2f", second.serverCpu()));
        line.append(String.format(Locale.ROOT, "  load %.2f", second.loadCpu()));
        if (second.rss() != null) line.append(String.format(Locale.ROOT, "  %d MB", second.rss() >> 20));
        return line.toString();
    }

    @Override
    public void note(String sentence) {
        if (isTerminal) overwrite(sentence + "…");
        else println(sentence + "…");
    }

    private void overwrite(String text) {
        err.print("\r\033[K" + text);
        err.flush();
        open = true;
    }

    private void println(String text) {
        err.println(text);
        err.flush();
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    /** The line is done with. */
    @Override
    public void close() {
        if (!open) return;
        err.print("\r\033[K");
        err.flush();
    }
}
