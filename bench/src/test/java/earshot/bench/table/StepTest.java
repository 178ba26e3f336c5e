package earshot.bench.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class StepTest {
    @Test
    void left_ofABegunTable_leavesOutWhatIsThere() {
        Table table = new MadeUpTable()
                .with(Contender.BARE, 1, Shape.ONE_OF_100, 1)
                .with(Contender.MEMORY, 2, Shape.ONE_OF_100, 1)
                .failed(Contender.MEMORY, 1, Shape.ONE_OF_100, "no")
                .idle(Contender.BARE, 1, 1)
                .unfinished()
                .table();
        List<Step> left = Step.left(table, List.of(Contender.BARE, Contender.MEMORY, Contender.WS));
        assertThat(left.getFirst()).isEqualTo(new Step.Loaded(1, Contender.BARE, Shape.ONE_OF_1000));
        assertThat(left).doesNotContain(new Step.Loaded(1, Contender.MEMORY, Shape.ONE_OF_100));
        assertThat(left.stream().filter(Step.Loaded.class::isInstance)).hasSize(2 * 2 * 4 - 3);
        assertThat(left.stream().filter(Step.Resting.class::isInstance))
                .as("ws does not take part")
                .containsExactly(new Step.Resting(Contender.MEMORY));
        assertThat(left).contains(new Step.Sqlite());
    }

    @Test
    void left_everySecondRound_goesBackwards() {
        Table table = new MadeUpTable()
                .with(Contender.BARE, 2, Shape.MANY_OF_10, 1)
                .with(Contender.MEMORY, 2, Shape.MANY_OF_10, 1)
                .table();
        assertThat(Step.left(table, List.of()))
                .startsWith(
                        new Step.Loaded(1, Contender.BARE, Shape.ONE_OF_100),
                        new Step.Loaded(1, Contender.MEMORY, Shape.ONE_OF_100))
                .containsSubsequence(
                        new Step.Loaded(2, Contender.MEMORY, Shape.ONE_OF_100),
                        new Step.Loaded(2, Contender.BARE, Shape.ONE_OF_100));
    }

    @Test
    void shapes_ofTwoLoops_areTheTwoThatAreJudged() {
        assertThat(Contender.TWO_LOOPS.shapes()).containsExactly(Shape.ONE_OF_1000, Shape.MANY_OF_10);
        assertThat(Shape.named("1000x10")).isEqualTo(Shape.MANY_OF_10);
    }
}
