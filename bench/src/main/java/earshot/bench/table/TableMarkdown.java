package earshot.bench.table;

import earshot.bench.page.Wording;
import java.util.Collections;
import java.util.List;

/** A comparison as Markdown. Without state. */
final class TableMarkdown {
    private TableMarkdown() {}

    /** The whole file. */
    static String of(Table table) {
        StringBuilder out = new StringBuilder();
        out.append("# Comparison, ").append(Wording.when(table.startedAt())).append("\n\n");
        for (String sentence : TableWords.verdicts(table)) out.append(sentence).append("\n\n");
        out.append("## Gates\n\n");
        rows(out, List.of("what", "must be", "is", ""), gates(table));
        out.append(
                "\nRatios are those of deliveries per second of server CPU time, round by round: median (least – most).\n");
        out.append("\n## Deliveries per second of server CPU time\n\n");
        out.append(TableWords.load(table)).append("\n\n");
        rows(out, TableWords.heads(table), TableWords.throughput(table));
        out.append("\n## Latency in that closed loop, median / p99\n\n");
        out.append("A closed loop keeps the server busy: these compare servers, they are not what a user waits.\n\n");
        rows(out, TableWords.heads(table), TableWords.latency(table));
        if (!table.idle().isEmpty()) {
            out.append("\n## Idle connections\n\n");
            rows(out, TableWords.IDLE_HEADS, TableWords.idle(table));
        }
        if (table.sqlite() != null)
            out.append("\n## SQLite alone\n\n").append(TableWords.sqlite(table)).append('\n');
        List<String> troubles = TableWords.troubles(table);
        if (!troubles.isEmpty()) {
            out.append("\n## What went wrong\n\n");
            for (String trouble : troubles)
                out.append("* ").append(cell(trouble)).append('\n');
        }
        out.append("\n## Circumstances\n\n");
        for (List<String> row : TableWords.circumstances(table)) {
            out.append("* ").append(row.get(0)).append(": ").append(row.get(1)).append('\n');
        }
        for (String note : table.notes()) out.append("* ").append(note).append('\n');
        return out.toString();
    }

    private static List<List<String>> gates(Table table) {
        return Gates.of(table).stream()
                .map(g -> List.of(g.what(), g.limitText(), g.seenText(), g.verdict().words))
                .toList();
    }

    private static void rows(StringBuilder out, List<String> heads, List<List<String>> rows) {
        row(out, heads);
        row(out, Collections.nCopies(heads.size(), "---"));
        for (List<String> row : rows) row(out, row);
    }

    private static void row(StringBuilder out, List<String> cells) {
        out.append('|');
        for (String cell : cells) out.append(' ').append(cell(cell)).append(" |");
        out.append('\n');
    }

    /** A cell is one line without a bar. */
    static String cell(String text) {
        return text.replace("|", "\\|").replace('\n', ' ').replace('\r', ' ');
    }
}
