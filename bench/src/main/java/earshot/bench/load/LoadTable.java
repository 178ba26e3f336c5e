package earshot.bench.load;

import earshot.bench.load.LoadResult.Latency;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A result as a page of text: what was asked, what came out, whether the promise was kept. */
public final class LoadTable {
    private static final double MEBI = 1 << 20;

    private LoadTable() {}

    public static List<String> of(LoadResult result) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(headline(result));
        lines.add("");
        connects(result, lines);
        if (result.traffic().published() > 0) traffic(result, lines);
        if (result.idle() != null) idle(result.idle(), lines);
        if (result.use() != null) server(result.use(), lines);
        counts("failed", result.connects().failures(), lines);
        counts("closed", result.connects().closes(), lines);
        result.notes().forEach(note -> row(lines, "note", note));
        lines.add("");
        lines.add("  " + verdict(result));
        return lines;
    }

    private static String headline(LoadResult result) {
        LoadPlan plan = result.plan();
        LoadResult.Server server = result.server();
        StringBuilder line = new StringBuilder(plan.label())
                .append(": ")
                .append(plan.target().dialect())
                .append(", ")
                .append(number(plan.crowd().connections()))
                .append(" connections in ")
                .append(number(plan.crowd().rooms()))
                .append(plan.crowd().rooms() == 1 ? " room, " : " rooms, ")
                .append(plan.traffic().pace());
        if (server != null && !server.history().isEmpty())
            line.append(", history ").append(server.history());
        if (server != null && !server.profile().isEmpty())
            line.append(", profile ").append(server.profile());
        return line.toString();
    }

    private static void connects(LoadResult result, List<String> lines) {
        LoadResult.Connects c = result.connects();
        row(lines, "connected", "%s in %.1f s, %s a second".formatted(number(c.opened()), c.seconds(), number((long)
                        c.perSecond())));
        row(lines, "handshake", times(c.handshake()));
        if (c.ready().count() > 0 && c.ready().p50() > c.handshake().p50()) row(lines, "in the room", times(c.ready()));
    }

    private static void traffic(LoadResult result, List<String> lines) {
        LoadResult.Traffic t = result.traffic();
        row(
                lines,
                "published",
                "%s in %.1f s, %s a second"
                        .formatted(number(t.published()), t.seconds(), number(Math.round(t.publishedPerSecond()))));
        row(
                lines,
                "delivered",
                "%s, %s a second".formatted(number(t.delivered()), number(Math.round(t.deliveredPerSecond()))));
        if (t.deliveriesPerCpuSecond() != null)
            row(lines, "", number(Math.round(t.deliveriesPerCpuSecond())) + " per second of the server's CPU");
        row(lines, "latency", times(result.latency()));
        if (t.typingSent() > 0)
            row(lines, "typing", "%s sent, %s heard".formatted(number(t.typingSent()), number(t.typingHeard())));
        if (t.pingsSent() > 0)
            row(lines, "pings", "%s sent, %s answered".formatted(number(t.pingsSent()), number(t.pongsHeard())));
    }

    private static void idle(LoadResult.Idle idle, List<String> lines) {
        row(
                lines,
                "memory",
                "%.2f KB per connection: RSS %.0f MB with %s, %.0f MB with %s"
                        .formatted(
                                idle.bytesPerConnection() / 1024,
                                idle.lowRss() / MEBI,
                                number(idle.lowConnections()),
                                idle.highRss() / MEBI,
                                number(idle.highConnections())));
        row(
                lines,
                "CPU",
                "%.2f %% of a core while nothing is said (%.0f s)".formatted(idle.cpuPercent(), idle.seconds()));
    }

    private static void server(LoadResult.ServerUse use, List<String> lines) {
        row(
                lines,
                "server",
                "%.2f cores, RSS %.0f MB before, %.0f after, %.0f at most"
                        .formatted(
                                use.cpuPerSecond(),
                                use.rssBefore() / MEBI,
                                use.rssAfter() / MEBI,
                                use.rssPeak() / MEBI));
        if (use.heapPeak() > 0)
            row(
                    lines,
                    "",
                    "heap %.0f MB at most; %d collections, %.0f ms in all, the longest %.1f ms"
                            .formatted(use.heapPeak() / MEBI, use.gcPauses(), use.gcPauseTotal(), use.gcPauseMax()));
    }

    private static void counts(String what, Map<String, Long> reasons, List<String> lines) {
        String name = what;
        for (Map.Entry<String, Long> reason : reasons.entrySet()) {
            row(lines, name, number(reason.getValue()) + " × " + reason.getKey());
            name = "";
        }
    }

    /** One line: whether all is well. */
    public static String verdict(LoadResult result) {
        LoadResult.Checks checks = result.checks();
        String checked = "%s lost, %s doubled, %s reordered"
                .formatted(number(checks.lost()), number(checks.doubled()), number(checks.reordered()));
        String of = result.traffic().published() == 0 && checks.expected() == 0
                ? ""
                : checked + " of " + number(checks.expected()) + " deliveries";
        String failed =
                result.connects().failed() == 0 ? "" : number(result.connects().failed()) + " connections failed";
        String all = of.isEmpty() ? failed : failed.isEmpty() ? of : of + "; " + failed;
        String mark = result.isFine() ? "OK" : "NOT OK";
        return all.isEmpty() ? mark : mark + ": " + all;
    }

    private static String times(Latency latency) {
        if (latency.count() == 0) return "nothing was timed";
        return "p50 %s   p95 %s   p99 %s   p99.9 %s   max %s ms"
                .formatted(
                        millis(latency.p50()),
                        millis(latency.p95()),
                        millis(latency.p99()),
                        millis(latency.p999()),
                        millis(latency.max()));
    }

    /** Three digits that count. */
    static String millis(double millis) {
        if (millis >= 100) return String.format(Locale.ROOT, "%.0f", millis);
        return String.format(Locale.ROOT, millis >= 10 ? "%.1f" : "%.2f", millis);
    }

    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static void row(List<String> lines, String name, String text) {
        lines.add("  " + name + " ".repeat(Math.max(1, 12 - name.length())) + text);
    }
}
