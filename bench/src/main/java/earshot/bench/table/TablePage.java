package earshot.bench.table;

import earshot.bench.load.LoadResult;
import earshot.bench.page.BarChart;
import earshot.bench.page.Page;
import earshot.bench.page.Wording;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A comparison as a page. Without state. */
final class TablePage {
    private TablePage() {}

    /** The whole file. */
    static String html(Table table) {
        Page page = new Page("Comparison, " + Wording.when(table.startedAt()));
        for (String sentence : TableWords.verdicts(table)) page.verdict(TableWords.isFine(table), plain(sentence));
        page.heading("Gates").table(List.of("what", "must be", "is", ""), gates(table));
        throughput(page, table);
        page.heading("Latency in that closed loop, median / p99")
                .table(TableWords.heads(table), TableWords.latency(table));
        idle(page, table);
        if (table.sqlite() != null) page.heading("SQLite alone").text(plain(TableWords.sqlite(table)));
        List<String> troubles = TableWords.troubles(table);
        if (!troubles.isEmpty()) page.heading("What went wrong").list(troubles);
        page.heading("Circumstances").table(List.of("what", "how"), circumstances(table));
        return page.list(table.notes()).html();
    }

    private static List<List<String>> gates(Table table) {
        return Gates.of(table).stream()
                .map(g -> List.of(g.what(), g.limitText(), g.seenText(), plain(g.verdict().words)))
                .toList();
    }

    private static void throughput(Page page, Table table) {
        BarChart chart = new BarChart("Deliveries per second of server CPU time");
        for (Shape shape : Shape.values()) chart.group(shape.words, bars(table, shape));
        page.heading("Deliveries per second of server CPU time").text(TableWords.load(table));
        if (!chart.isEmpty())
            page.figure("Red marks: what the gates ask for, from the median of whom they compare with", chart.svg());
        page.table(TableWords.heads(table), TableWords.throughput(table));
    }

    private static List<BarChart.Bar> bars(Table table, Shape shape) {
        List<BarChart.Bar> bars = new ArrayList<>();
        for (Contender contender : Contender.values()) {
            Spread seen = Gates.cell(table, contender, shape);
            if (seen == null) continue;
            double gate = Gates.mark(table, contender, shape);
            bars.add(new BarChart.Bar(
                    contender.label, contender.colour, seen.median(), seen.least(), seen.most(), gate));
        }
        return bars;
    }

    private static void idle(Page page, Table table) {
        if (table.idle().isEmpty()) return;
        page.heading("Idle connections");
        BarChart chart = new BarChart("RSS per idle connection, KB");
        chart.group("KB per connection", idleBars(table));
        if (!chart.isEmpty()) page.figure("RSS per connection, KB; less is better", chart.svg());
        page.table(TableWords.IDLE_HEADS, TableWords.idle(table));
    }

    private static List<BarChart.Bar> idleBars(Table table) {
        return table.idle().stream()
                .map(TablePage::idleBar)
                .filter(Objects::nonNull)
                .toList();
    }

    private static BarChart.@Nullable Bar idleBar(Table.IdleRun run) {
        LoadResult.Idle idle = run.idle();
        if (idle == null) return null;
        double kilobytes = idle.bytesPerConnection() / 1024;
        boolean judged = run.contender().equals(Contender.MEMORY.key());
        int colour = TableWords.colour(run.contender());
        double gate = judged ? Gates.IDLE_KB : Double.NaN;
        return new BarChart.Bar(TableWords.label(run.contender()), colour, kilobytes, kilobytes, kilobytes, gate);
    }

    private static List<List<String>> circumstances(Table table) {
        return TableWords.circumstances(table).stream()
                .map(row -> row.stream().map(TablePage::plain).toList())
                .toList();
    }

    /** Without Markdown's marks. */
    private static String plain(String text) {
        return text.replace("**", "").replace("`", "");
    }
}
