package earshot.bench.load;

import org.jspecify.annotations.Nullable;

/** Looks at the server's process while a run goes on. Owned by the thread of the run. */
final class ServerWatch {
    private final long pid;
    private final @Nullable JvmCounters jvm;

    private double secondCpu;
    private double secondPause;
    private double pauseBefore;
    private int pausesBefore;

    private boolean measuring;
    private double cpuFrom;
    private double cpuSeconds;
    private long rssFrom;
    private long rssPeak;
    private long heapPeak;
    private double pauseFrom;
    private int pausesFrom;
    private double pauseMax;

    ServerWatch(long pid) {
        this.pid = pid;
        this.jvm = JvmCounters.of(pid).orElse(null);
        this.secondCpu = Proc.cpuSeconds(pid);
        this.secondPause = pauseMillis();
        this.pauseBefore = secondPause;
        this.pausesBefore = pauses();
    }

    private double pauseMillis() {
        return jvm == null ? 0 : jvm.pauseMillis();
    }

    private int pauses() {
        return jvm == null ? 0 : jvm.pauses();
    }

    boolean seesJvm() {
        return jvm != null;
    }

    double cpuSeconds() {
        return Proc.cpuSeconds(pid);
    }

    long rss() {
        return Proc.rssBytes(pid);
    }

    /** Often, so that of pauses in a row each is seen. */
    void sample() {
        if (jvm == null) return;
        int pauses = pauses();
        double pause = pauseMillis();
        if (measuring) {
            // The count goes up when a pause begins, the time when it ends.
            pauseMax = Math.max(pauseMax, (pause - pauseBefore) / Math.max(1, pauses - pausesBefore));
            heapPeak = Math.max(heapPeak, jvm.heapBytes());
        }
        pausesBefore = pauses;
        pauseBefore = pause;
    }

    void measureFrom() {
        sample();
        measuring = true;
        cpuFrom = cpuSeconds();
        rssFrom = rss();
        pauseFrom = pauseMillis();
        pausesFrom = pauses();
    }

    void measureUntil() {
        cpuSeconds = cpuSeconds() - cpuFrom;
        sample();
        measuring = false;
    }

    /** What one second took. */
    record Spent(
            double cpuSeconds,
            long rss,
            @Nullable Long heap,
            @Nullable Double pauseMillis) {}

    /** @param seconds since the last call */
    Spent second(double seconds) {
        double cpu = cpuSeconds();
        double pause = pauseMillis();
        long rss = rss();
        if (measuring) rssPeak = Math.max(rssPeak, rss);
        Spent spent = new Spent(
                (cpu - secondCpu) / seconds,
                rss,
                jvm == null ? null : Long.valueOf(jvm.heapBytes()),
                jvm == null ? null : Double.valueOf(pause - secondPause));
        secondCpu = cpu;
        secondPause = pause;
        return spent;
    }

    /** After the measured time. */
    LoadResult.ServerUse use(double seconds) {
        long rssAfter = rss();
        return new LoadResult.ServerUse(
                pid,
                cpuSeconds,
                seconds == 0 ? 0 : cpuSeconds / seconds,
                rssFrom,
                rssAfter,
                Math.max(rssPeak, rssAfter),
                heapPeak,
                pausesBefore - pausesFrom,
                pauseBefore - pauseFrom,
                pauseMax);
    }
}
