package earshot.core.records;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.telemetry.Meter;
import earshot.core.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class RecordCacheTest {
    private static final RecordCache.Terms TERMS =
            new RecordCache.Terms(3, Duration.ofSeconds(10), Duration.ofSeconds(2), Duration.ofMinutes(5));

    private final ManualClock clock = new ManualClock();
    private final List<String> questions = new ArrayList<>();
    private CompletableFuture<Optional<String>> next = answered("ada");
    private final RecordCache<String, String> cache = new RecordCache<>(TERMS, this::ask, clock, Meter.NONE);

    @Test
    void found_isRememberedForItsTime() {
        assertThat(find("a")).contains("ada");
        clock.advance(Duration.ofSeconds(9));
        assertThat(find("a")).contains("ada");
        assertThat(questions).hasSize(1);
        clock.advance(Duration.ofSeconds(2));
        next = answered("eve");
        assertThat(find("a")).contains("eve");
        assertThat(questions).hasSize(2);
    }

    @Test
    void missing_isRememberedForAShorterTime() {
        next = missing();
        assertThat(find("a")).isEmpty();
        assertThat(find("a")).isEmpty();
        assertThat(questions).hasSize(1);
        clock.advance(Duration.ofSeconds(3));
        next = answered("ada");
        assertThat(find("a")).contains("ada");
    }

    @Test
    void questions_ofManyAtOnce_areOne() {
        next = new CompletableFuture<>();
        List<CompletionStage<Optional<String>>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) all.add(cache.find("a"));
        next.complete(Optional.of("ada"));
        assertThat(questions).hasSize(1);
        assertThat(all)
                .allSatisfy(
                        each -> assertThat(each.toCompletableFuture().join()).contains("ada"));
    }

    @Test
    void store_thatDoesNotAnswer_isWaitedForOnceAndThenAskedAgain() {
        next = failed();
        assertThat(cache.find("a").toCompletableFuture()).isCompletedExceptionally();
        next = answered("ada");
        assertThat(find("a")).contains("ada");
    }

    @Test
    void store_thatDoesNotAnswer_whatItSaidCountsForAWhile() {
        find("a");
        clock.advance(Duration.ofMinutes(4));
        next = failed();
        assertThat(find("a")).contains("ada");
        clock.advance(Duration.ofMinutes(2));
        assertThat(cache.find("a").toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void missing_keysThatAreMadeUp_pushOutNothingThatIsThere() {
        find("a");
        next = missing();
        for (int i = 0; i < 50; i++) find("x" + i);
        questions.clear();
        assertThat(find("a")).contains("ada");
        assertThat(questions).isEmpty();
    }

    @Test
    void found_moreThanTheMost_theLongestUnaskedGo() {
        for (String key : List.of("a", "b", "c")) find(key);
        find("a");
        find("d");
        questions.clear();
        find("a");
        find("b");
        assertThat(questions).containsExactly("b");
    }

    @Test
    void forget_whileAQuestionIsOnItsWay_itsAnswerIsNotRemembered() {
        next = new CompletableFuture<>();
        var first = cache.find("a");
        cache.forget("a");
        next.complete(Optional.of("old"));
        assertThat(first.toCompletableFuture().join()).contains("old");
        next = answered("new");
        assertThat(find("a")).contains("new");
    }

    private CompletionStage<Optional<String>> ask(String key) {
        questions.add(key);
        return next;
    }

    private Optional<String> find(String key) {
        return cache.find(key).toCompletableFuture().join();
    }

    private static CompletableFuture<Optional<String>> answered(String value) {
        return CompletableFuture.completedFuture(Optional.of(value));
    }

    private static CompletableFuture<Optional<String>> missing() {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    private static CompletableFuture<Optional<String>> failed() {
        return CompletableFuture.failedFuture(new IllegalStateException("away"));
    }
}
