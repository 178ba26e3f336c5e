package earshot.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.session.ResumeBook;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every {@link ResumeBook} must hold. */
public abstract class ResumeBookContract {
    private static final Duration LONG = Duration.ofMinutes(5);

    protected abstract ResumeBook book();

    /** Lets so much time pass for the engine. */
    protected abstract void pass(Duration time);

    private static byte[] record(int... bytes) {
        byte[] record = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) record[i] = (byte) bytes[i];
        return record;
    }

    private Optional<byte[]> take(String key) {
        return book().take(key)
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    @Test
    final void record_isGivenOnce() {
        book().open("a", 1, record(0, 1, -1, 10), LONG);
        assertThat(take("a")).hasValueSatisfying(r -> assertThat(r).containsExactly(0, 1, -1, 10));
        assertThat(take("a")).isEmpty();
        assertThat(take("never")).isEmpty();
    }

    @Test
    final void renewed_isTheNewest() {
        book().open("b", 1, record(1), LONG);
        book().renew("b", 1, record(2), LONG);
        assertThat(take("b")).hasValueSatisfying(r -> assertThat(r).containsExactly(2));
    }

    @Test
    final void renewed_bySomebodyElse_staysAsItWas() {
        book().open("c", 1, record(1), LONG);
        book().open("c", 2, record(2), LONG);
        book().renew("c", 1, record(3), LONG);
        book().forget("c", 1);
        assertThat(take("c")).hasValueSatisfying(r -> assertThat(r).containsExactly(2));
    }

    @Test
    final void renewed_afterItWasTaken_staysGone() {
        book().open("d", 1, record(1), LONG);
        take("d");
        book().renew("d", 1, record(2), LONG);
        assertThat(take("d")).isEmpty();
    }

    @Test
    final void forgotten_isGone() {
        book().open("e", 1, record(1), LONG);
        book().forget("e", 1);
        assertThat(take("e")).isEmpty();
    }

    @Test
    final void old_isGone() {
        book().open("f", 1, record(1), Duration.ofSeconds(1));
        book().open("g", 1, record(1), Duration.ofSeconds(1));
        book().renew("g", 1, record(2), LONG);
        pass(Duration.ofMillis(1100));
        assertThat(take("f")).isEmpty();
        assertThat(take("g")).isPresent();
    }

    @Test
    final void emptyAndLongRecords_comeBackWhole() {
        byte[] large = new byte[ResumeBook.MAX_RECORD_BYTES];
        large[large.length - 1] = 7;
        book().open("h", Long.MIN_VALUE, large, LONG);
        book().open("i", Long.MAX_VALUE, new byte[0], LONG);
        assertThat(take("h")).hasValueSatisfying(r -> assertThat(r).isEqualTo(large));
        assertThat(take("i")).hasValueSatisfying(r -> assertThat(r).isEmpty());
    }
}
