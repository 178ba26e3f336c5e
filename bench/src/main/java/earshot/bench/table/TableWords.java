package earshot.bench.table;

import earshot.bench.load.LoadResult;
import earshot.bench.page.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a comparison says, as rows and sentences; Markdown and the page show the same. Without state. */
final class TableWords {
    static final List<String> IDLE_HEADS =
            List.of("", "RSS per connection", "between", "CPU of a core with all idle", "after");

    private TableWords() {}

    /** What a hurried reader should take away. */
    static List<String> verdicts(Table table) {
        List<String> all = new ArrayList<>();
        if (!table.finished())
            all.add("Unfinished: " + runs(table.runs().size()) + " so far. The figures below are of those.");
        long checked = 0;
        for (Table.Run run : table.runs()) {
            Table.Figures figures = run.figures();
            if (figures != null && figures.isClean()) checked += figures.checked();
        }
        long ours = Gates.broken(table).stream().filter(r -> !isPeer(r)).count();
        long others = Gates.broken(table).size() - ours;
        if (ours > 0)
            all.add("**Broken: " + ours + " of " + table.runs().size()
                    + " runs lost, doubled, reordered or refused something; see below.**");
        else
            all.add(String.format(
                    Locale.ROOT,
                    "0 lost, 0 doubled, 0 reordered: %,d deliveries in %,d runs.",
                    checked,
                    table.runs().size() - others - Gates.failed(table).size()));
        int failed = Gates.failed(table).size();
        if (failed > 0) all.add("**Incomplete: " + runs(failed) + " could not be made; see below.**");
        if (others > 0)
            all.add("Of the other servers, " + runs(others) + " lost something and do not count; see below.");
        return all;
    }

    private static String runs(long count) {
        return count == 1 ? "1 run" : count + " runs";
    }

    static boolean isFine(Table table) {
        return Gates.broken(table).stream().allMatch(TableWords::isPeer)
                && Gates.failed(table).isEmpty();
    }

    private static boolean isPeer(Table.Run run) {
        for (Contender contender : Contender.values())
            if (contender.key().equals(run.contender())) return contender.isPeer();
        return false;
    }

    /** How the load was. */
    static String load(Table table) {
        Table.Setup setup = table.setup();
        return String.format(
                Locale.ROOT,
                "Median (least – most) of %d round%s. The first member of each room says messages of %d bytes in a closed loop (4 under way in one room, 200 over 1,000 rooms), everybody hears them; %s s after %s s of warm-up, every delivery checked.",
                setup.rounds(),
                setup.rounds() == 1 ? "" : "s",
                setup.payloadBytes(),
                Numbers.compact(setup.seconds()),
                Numbers.compact(setup.warmUpSeconds()));
    }

    static List<String> heads(Table table) {
        List<String> heads = new ArrayList<>();
        heads.add("members per room");
        for (Shape shape : Shape.values()) if (table.has(shape)) heads.add(shape.head);
        return heads;
    }

    static List<List<String>> throughput(Table table) {
        return perContender(table, (contender, shape) -> {
            Spread spread = Gates.cell(table, contender, shape);
            if (spread == null) return "–";
            String text = Numbers.compact(spread.median());
            if (spread.count() == 1) return text;
            return text + " (" + Numbers.compact(spread.least()) + " – " + Numbers.compact(spread.most()) + ")";
        });
    }

    static List<List<String>> latency(Table table) {
        return perContender(table, (contender, shape) -> {
            List<Table.Figures> all = Gates.measured(table, contender, shape);
            Spread p50 = Spread.of(all.stream().map(Table.Figures::p50).toList());
            Spread p99 = Spread.of(all.stream().map(Table.Figures::p99).toList());
            return p50 == null || p99 == null
                    ? "–"
                    : Numbers.millis(p50.median()) + " / " + Numbers.millis(p99.median());
        });
    }

    private interface CellText {
        String of(Contender contender, Shape shape);
    }

    private static List<List<String>> perContender(Table table, CellText text) {
        List<List<String>> rows = new ArrayList<>();
        for (Contender contender : Contender.values()) {
            if (!table.takesPart(contender)) continue;
            List<String> row = new ArrayList<>();
            row.add(contender.label);
            for (Shape shape : Shape.values()) if (table.has(shape)) row.add(text.of(contender, shape));
            rows.add(row);
        }
        return rows;
    }

    static List<List<String>> idle(Table table) {
        List<List<String>> rows = new ArrayList<>();
        for (Contender contender : Contender.values()) {
            for (Table.IdleRun run : table.idle()) {
                if (run.contender().equals(contender.key())) rows.add(idle(contender, run));
            }
        }
        return rows;
    }

    private static List<String> idle(Contender contender, Table.IdleRun run) {
        LoadResult.Idle idle = run.idle();
        if (idle == null) return List.of(contender.label, run.failure(), "–", "–", "–");
        return List.of(
                contender.label,
                Numbers.compact(idle.bytesPerConnection() / 1024) + " KB",
                String.format(Locale.ROOT, "%,d and %,d connections", idle.lowConnections(), idle.highConnections()),
                Numbers.compact(idle.cpuPercent()) + " %",
                Numbers.duration(idle.seconds()));
    }

    static String sqlite(Table table) {
        Table.SqliteRun run = table.sqlite();
        if (run == null) return "Not measured.";
        if (!run.isMeasured()) return "Not measured: " + run.failure();
        return String.format(
                Locale.ROOT,
                "%,.0f messages of 190 bytes a second over 1,000 rooms, `committed`, checkpoints included; commit p99 %s, %.0f rows a commit. All cores, the appending thread among them.",
                run.messagesPerSecond(),
                Numbers.millis(run.commitP99Millis()),
                run.rowsPerCommit());
    }

    /** For the progress line. */
    static String outcome(Table.Run run) {
        Table.Figures figures = run.figures();
        if (figures == null) return "failed: " + run.failure();
        String text = Numbers.compact(figures.deliveriesPerCpuSecond()) + " deliveries per CPU second";
        return figures.isClean() ? text : text + ", BROKEN: " + counts(figures);
    }

    static String outcome(Table.IdleRun run) {
        LoadResult.Idle idle = run.idle();
        return idle == null
                ? "failed: " + run.failure()
                : Numbers.compact(idle.bytesPerConnection() / 1024) + " KB a connection";
    }

    static String sqliteShort(Table.SqliteRun run) {
        if (!run.isMeasured()) return "failed: " + run.failure();
        return Numbers.compact(run.messagesPerSecond()) + " messages a second, commit p99 "
                + Numbers.millis(run.commitP99Millis());
    }

    private static String counts(Table.Figures f) {
        return String.format(
                Locale.ROOT,
                "%,d lost, %,d doubled, %,d reordered, %,d not connected, %,d cut",
                f.lost(),
                f.doubled(),
                f.reordered(),
                f.notConnected(),
                f.cut());
    }

    /** A sentence for each run that was broken or could not be made. */
    static List<String> troubles(Table table) {
        List<String> all = new ArrayList<>();
        for (Table.Run run : table.runs()) {
            Table.Figures f = run.figures();
            if (f != null && f.isClean()) continue;
            String where = label(run.contender()) + ", " + words(run.shape()) + ", round " + run.round() + ": ";
            all.add(where + (f == null ? run.failure() : counts(f)));
        }
        return all;
    }

    static String label(String key) {
        for (Contender contender : Contender.values()) if (contender.key().equals(key)) return contender.label;
        return key;
    }

    static int colour(String key) {
        for (Contender contender : Contender.values()) if (contender.key().equals(key)) return contender.colour;
        return 0;
    }

    private static String words(String name) {
        for (Shape shape : Shape.values()) if (shape.name().equals(name)) return shape.words;
        return name;
    }

    static List<List<String>> circumstances(Table table) {
        Table.Setup setup = table.setup();
        LoadResult.Machine machine = setup.machine();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "machine",
                machine.cpu() + ", " + machine.cores() + " cores, " + machine.os() + ", JDK " + machine.jdk()));
        rows.add(List.of("commit", setup.commit()));
        rows.add(List.of("command", "`" + setup.command() + "`"));
        rows.add(List.of("load", setup.generator()));
        rows.add(List.of(
                "cores",
                setup.serverCores().isEmpty()
                        ? "nothing is pinned"
                        : "server on " + setup.serverCores() + ", load on " + setup.loadCores()));
        for (Contender contender : Contender.values()) {
            String what = setup.contenders().get(contender.key());
            if (what != null) rows.add(List.of(contender.label, contender.words + "; " + what));
        }
        return rows;
    }
}
