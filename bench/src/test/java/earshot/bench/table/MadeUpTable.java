package earshot.bench.table;

import earshot.bench.load.LoadResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Comparisons that were never measured. */
final class MadeUpTable {
    private final Map<String, String> contenders = new LinkedHashMap<>();
    private final List<Table.Run> runs = new ArrayList<>();
    private final List<Table.IdleRun> idle = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private Table.@Nullable SqliteRun sqlite;
    private int rounds = 1;
    private boolean finished = true;

    MadeUpTable with(Contender contender, int round, Shape shape, double perCpuSecond) {
        return with(contender, round, shape, figures(perCpuSecond, 0));
    }

    MadeUpTable with(Contender contender, int round, Shape shape, Table.Figures figures) {
        contenders.putIfAbsent(contender.key(), "version 1");
        rounds = Math.max(rounds, round);
        runs.add(new Table.Run(round, contender.key(), shape.name(), figures, ""));
        return this;
    }

    MadeUpTable failed(Contender contender, int round, Shape shape, String why) {
        contenders.putIfAbsent(contender.key(), "version 1");
        rounds = Math.max(rounds, round);
        runs.add(new Table.Run(round, contender.key(), shape.name(), null, why));
        return this;
    }

    MadeUpTable idle(Contender contender, double bytes, double cpuPercent) {
        idle.add(new Table.IdleRun(
                contender.key(), new LoadResult.Idle(5000, 60 << 20, 15_000, 100 << 20, bytes, cpuPercent, 30), ""));
        return this;
    }

    MadeUpTable sqlite(double rate, double p99) {
        sqlite = new Table.SqliteRun(rate, p99, 900, "");
        return this;
    }

    MadeUpTable note(String note) {
        notes.add(note);
        return this;
    }

    MadeUpTable unfinished() {
        finished = false;
        return this;
    }

    static Table.Figures figures(double perCpuSecond, long lost) {
        return new Table.Figures(
                perCpuSecond, perCpuSecond * 0.9, 0.9, 1.25, 7.5, 90 << 20, 1_000_000, lost, 0, 0, 0, 0);
    }

    Table table() {
        var setup = new Table.Setup(
                new LoadResult.Machine("A | CPU", 2, 1L << 34, "Linux 6.1", "25.0.3"),
                "abc1234",
                "./earshot bench table",
                "made up",
                "0",
                "1",
                rounds,
                3,
                5,
                130,
                contenders,
                List.of("ONE_OF_100", "ONE_OF_1000", "ONE_OF_10000", "MANY_OF_10"),
                15_000,
                60,
                true);
        return new Table(
                Table.FORMAT, Instant.parse("2026-11-21T18:00:00Z"), setup, runs, idle, sqlite, notes, finished);
    }
}
