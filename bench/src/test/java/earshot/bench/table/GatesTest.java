package earshot.bench.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

final class GatesTest {
    @Test
    void spread_ofEvenAndOdd_hasTheMiddle() {
        assertThat(Spread.of(List.of(3.0, 1.0, 2.0))).isEqualTo(new Spread(2, 1, 3, 3));
        assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(new Spread(2.5, 1, 4, 4));
        assertThat(Spread.of(List.of())).isNull();
    }

    /** The machine was twice as fast in round 2: the ratio of medians would be 1.5, that of the rounds is 1. */
    @Test
    void ratio_whenRoundsDiffer_isTakenRoundByRound() {
        Table table = new MadeUpTable()
                .with(Contender.BARE, 1, Shape.ONE_OF_1000, 100)
                .with(Contender.MEMORY, 1, Shape.ONE_OF_1000, 90)
                .with(Contender.BARE, 2, Shape.ONE_OF_1000, 200)
                .with(Contender.MEMORY, 2, Shape.ONE_OF_1000, 160)
                .with(Contender.MEMORY, 3, Shape.ONE_OF_1000, 1000)
                .table();
        Spread ratio = Gates.ratio(table, Contender.MEMORY, Contender.BARE, Shape.ONE_OF_1000);
        assertThat(ratio).isNotNull();
        assertThat(ratio.count()).as("round 3 has no bare loop").isEqualTo(2);
        assertThat(ratio.median()).isCloseTo(0.85, within(1e-9));
        assertThat(gate(table, "Earshot, memory against bare Netty loop, one room of 1,000")
                        .verdict())
                .isEqualTo(Gate.Verdict.MET);
    }

    @Test
    void ratio_ofARunThatLostSomething_doesNotCount() {
        Table table = new MadeUpTable()
                .with(Contender.BARE, 1, Shape.ONE_OF_100, 100)
                .with(Contender.MEMORY, 1, Shape.ONE_OF_100, MadeUpTable.figures(1000, 1))
                .table();
        assertThat(Gates.ratio(table, Contender.MEMORY, Contender.BARE, Shape.ONE_OF_100))
                .isNull();
        assertThat(Gates.broken(table)).hasSize(1);
    }

    @Test
    void gates_whenNothingIsMeasured_areNotMet() {
        assertThat(Gates.of(new MadeUpTable().table()))
                .hasSize(11)
                .allMatch(g -> g.verdict() == Gate.Verdict.NOT_MEASURED)
                .allMatch(g -> g.seenText().equals("–"));
    }

    @Test
    void gates_atTheirLimits_areMet() {
        Table table = new MadeUpTable()
                .with(Contender.BARE, 1, Shape.MANY_OF_10, 100)
                .with(Contender.MEMORY, 1, Shape.MANY_OF_10, 75)
                .with(Contender.SQLITE, 1, Shape.MANY_OF_10, 64)
                .with(Contender.TWO_LOOPS, 1, Shape.MANY_OF_10, 64)
                .idle(Contender.MEMORY, 4096, 1.01)
                .sqlite(80_000, 25.1)
                .table();
        assertThat(Gates.of(table).stream()
                        .filter(g -> g.verdict() != Gate.Verdict.NOT_MEASURED)
                        .map(g -> g.what() + ": " + g.verdict() + " " + g.seenText() + " " + g.limitText()))
                .containsExactly(
                        "Earshot, memory against bare Netty loop, 1,000 rooms of 10: MET 0.75 ≥ 0.75",
                        "Earshot, SQLite committed against bare Netty loop, 1,000 rooms of 10: NOT_MET 0.64 ≥ 0.65",
                        "Earshot, memory, two loops against Earshot, memory, 1,000 rooms of 10: MET 0.85 ≥ 0.85",
                        "RSS per idle connection with a token and one room: MET 4 KB ≤ 4 KB",
                        "CPU with all of them idle: NOT_MET 1.01 % of a core ≤ 1 % of a core",
                        "SQLite alone, messages: MET 80 k /s ≥ 80 k /s",
                        "SQLite alone, commit p99: NOT_MET 25.1 ms ≤ 25 ms");
    }

    @Test
    void mark_any_isWhereTheBarMustReach() {
        Table table = new MadeUpTable()
                .with(Contender.BARE, 1, Shape.ONE_OF_100, 100)
                .with(Contender.MEMORY, 1, Shape.ONE_OF_100, 90)
                .table();
        assertThat(Gates.mark(table, Contender.MEMORY, Shape.ONE_OF_100)).isCloseTo(85, within(1e-9));
        assertThat(Gates.mark(table, Contender.BARE, Shape.ONE_OF_100)).isNaN();
        assertThat(Gates.mark(table, Contender.SQLITE, Shape.ONE_OF_100)).isNaN();
    }

    private static Gate gate(Table table, String what) {
        return Gates.of(table).stream()
                .filter(g -> g.what().equals(what))
                .findFirst()
                .orElseThrow();
    }
}
