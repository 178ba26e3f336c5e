package earshot.bench.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the comparison must show: ratios to the bare loop of the same round, so that a busy neighbour on the machine weighs on both. Without
 * state.
 */
final class Gates {
    private static final double LARGE_ROOMS = 0.85;
    private static final double SMALL_ROOMS = 0.75;
    private static final double SMALL_ROOMS_STORED = 0.65;
    private static final double TWO_LOOPS = 0.85;
    static final double IDLE_KB = 4;
    private static final double IDLE_CPU_PERCENT = 1;
    private static final double SQLITE_RATE = 80_000;
    private static final double SQLITE_P99 = 25;

    private Gates() {}

    /** All of them, in the order of reading; those about what does not take part are not measured. */
    static List<Gate> of(Table table) {
        List<Gate> all = new ArrayList<>();
        for (Contender who : Contender.values()) {
            for (Shape shape : Shape.values()) {
                Wanted wanted = wanted(who, shape);
                if (wanted != null) all.add(ratioGate(table, who, wanted, shape));
            }
        }
        all.add(idleGate(table));
        all.add(idleCpuGate(table));
        all.add(sqliteGate(table, "SQLite alone, messages", SQLITE_RATE, true, "/s"));
        all.add(sqliteGate(table, "SQLite alone, commit p99", SQLITE_P99, false, "ms"));
        return all;
    }

    /** What a contender must reach in a shape against whom; null: it is only looked at. */
    private record Wanted(Contender against, double ratio) {}

    private static @Nullable Wanted wanted(Contender who, Shape shape) {
        boolean small = shape == Shape.MANY_OF_10;
        return switch (who) {
            case MEMORY -> new Wanted(Contender.BARE, small ? SMALL_ROOMS : LARGE_ROOMS);
            case SQLITE -> small ? new Wanted(Contender.BARE, SMALL_ROOMS_STORED) : null;
            case TWO_LOOPS -> who.shapes().contains(shape) ? new Wanted(Contender.MEMORY, TWO_LOOPS) : null;
            case BARE, NCHAN, WS, SOCKETIO -> null;
        };
    }

    /** Where its bar must reach, from the median of whom it is compared with; NaN: anywhere. */
    static double mark(Table table, Contender who, Shape shape) {
        Wanted wanted = wanted(who, shape);
        Spread against = wanted == null ? null : cell(table, wanted.against(), shape);
        return wanted == null || against == null ? Double.NaN : wanted.ratio() * against.median();
    }

    private static Gate ratioGate(Table table, Contender who, Wanted wanted, Shape shape) {
        String what = who.label + " against " + wanted.against().label + ", " + shape.words;
        return new Gate(what, wanted.ratio(), true, "", ratio(table, who, wanted.against(), shape));
    }

    /** Round by round, of those rounds in which both were measured. */
    static @Nullable Spread ratio(Table table, Contender who, Contender against, Shape shape) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 1; round <= table.setup().rounds(); round++) {
            Optional<Table.Figures> one = figures(table, round, who, shape);
            Optional<Table.Figures> other = figures(table, round, against, shape);
            if (one.isEmpty() || other.isEmpty() || other.get().deliveriesPerCpuSecond() <= 0) continue;
            ratios.add(one.get().deliveriesPerCpuSecond() / other.get().deliveriesPerCpuSecond());
        }
        return Spread.of(ratios);
    }

    private static Optional<Table.Figures> figures(Table table, int round, Contender who, Shape shape) {
        return table.runs().stream()
                .filter(r -> r.round() == round
                        && r.contender().equals(who.key())
                        && r.shape().equals(shape.name()))
                .findFirst()
                .flatMap(r -> Optional.ofNullable(r.figures()))
                .filter(Table.Figures::isClean);
    }

    private static Gate idleGate(Table table) {
        Spread seen = table.idle().stream()
                .filter(r -> r.contender().equals(Contender.MEMORY.key()))
                .findFirst()
                .flatMap(r -> Optional.ofNullable(r.idle()))
                .map(i -> Spread.of(List.of(i.bytesPerConnection() / 1024)))
                .orElse(null);
        return new Gate("RSS per idle connection with a token and one room", IDLE_KB, false, "KB", seen);
    }

    private static Gate idleCpuGate(Table table) {
        Spread seen = table.idle().stream()
                .filter(r -> r.contender().equals(Contender.MEMORY.key()))
                .findFirst()
                .flatMap(r -> Optional.ofNullable(r.idle()))
                .map(i -> Spread.of(List.of(i.cpuPercent())))
                .orElse(null);
        return new Gate("CPU with all of them idle", IDLE_CPU_PERCENT, false, "% of a core", seen);
    }

    private static Gate sqliteGate(Table table, String what, double limit, boolean upward, String unit) {
        Table.SqliteRun run = table.sqlite();
        Spread seen = null;
        if (run != null && run.isMeasured())
            seen = Spread.of(List.of(upward ? run.messagesPerSecond() : run.commitP99Millis()));
        return new Gate(what, limit, upward, unit, seen);
    }

    /** All measurements of a cell. */
    static @Nullable Spread cell(Table table, Contender who, Shape shape) {
        return Spread.of(measured(table, who, shape).stream()
                .map(Table.Figures::deliveriesPerCpuSecond)
                .toList());
    }

    /** Of runs that were clean: what lost something has no figures. */
    static List<Table.Figures> measured(Table table, Contender who, Shape shape) {
        List<Table.Figures> all = new ArrayList<>();
        for (Table.Run run : table.runs()) {
            Table.Figures figures = run.figures();
            boolean same = run.contender().equals(who.key()) && run.shape().equals(shape.name());
            if (same && figures != null && figures.isClean()) all.add(figures);
        }
        return all;
    }

    /** A run in which something was lost, doubled, reordered, refused or cut; its figures say nothing then. */
    static List<Table.Run> broken(Table table) {
        return table.runs().stream()
                .filter(r -> r.figures() != null && !r.figures().isClean())
                .toList();
    }

    static List<Table.Run> failed(Table table) {
        return table.runs().stream().filter(r -> r.figures() == null).toList();
    }
}
