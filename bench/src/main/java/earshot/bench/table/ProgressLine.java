package earshot.bench.table;

import earshot.bench.page.Numbers;
import java.io.PrintStream;
import java.util.List;

/** What is being measured and how long it will take: a line that is written over on a terminal, a line per step elsewhere. One thread. */
final class ProgressLine {
    private static final int WIDTH = 110;

    private final PrintStream out;
    private final boolean terminal;
    private final int total;
    private int done;
    private long began;
    /** Of what was expected so far and what it took. */
    private double expected;

    private double taken;
    private String line = "";

    /** @param done steps of an earlier run */
    ProgressLine(PrintStream out, boolean terminal, int total, int done) {
        this.out = out;
        this.terminal = terminal;
        this.total = total;
        this.done = done;
    }

    /** How much longer steps take than they were expected to, as seen so far. */
    double slowness() {
        return expected == 0 ? 1 : Math.clamp(taken / expected, 0.5, 4);
    }

    void begin(Step step, List<Step> left, Table.Setup setup) {
        began = System.nanoTime();
        double seconds = left.stream().mapToDouble(s -> s.seconds(setup)).sum() * slowness();
        line = "[" + (done + 1) + "/" + total + "] " + step.words() + ", about "
                + Numbers.duration(step.seconds(setup) * slowness()) + "; all of it " + Numbers.duration(seconds);
        if (terminal) show(line);
    }

    /** Something inside a step. */
    void note(String words) {
        if (terminal) show(line + ": " + words);
    }

    void end(Step step, String outcome, Table.Setup setup) {
        done++;
        double seconds = (System.nanoTime() - began) / 1e9;
        taken += seconds;
        expected += step.seconds(setup);
        if (terminal) show("");
        out.println("[" + done + "/" + total + "] " + step.words() + ": " + outcome + " (" + Numbers.duration(seconds)
                + ")");
    }

    private void show(String text) {
        out.print("\r\u001b[K" + (text.length() > WIDTH ? text.substring(0, WIDTH) : text));
        out.flush();
    }
}
