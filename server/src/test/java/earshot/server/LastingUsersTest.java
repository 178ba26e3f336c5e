package earshot.server;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.memory.MemoryUserBook;
import earshot.core.message.Profile;
import earshot.core.message.UserId;
import earshot.core.records.RecordCache;
import earshot.core.session.UserBook;
import earshot.core.telemetry.Meter;
import earshot.core.testkit.ManualClock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

final class LastingUsersTest {
    private static final UserId ADA = new UserId("waddle", "ada");
    private static final Profile OLD = Profile.named(ADA, "Ada");
    private static final Profile NEW = new Profile(ADA, "Countess", "/ada.png", "{}");

    private final Book shared = new Book();
    private final Book lasting = new Book();
    private final ManualClock clock = new ManualClock();
    private final LastingUsers users = new LastingUsers(
            shared,
            lasting,
            new RecordCache.Terms(10, Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMinutes(5)),
            clock,
            Meter.NONE);

    /** One that may not answer, and may forget. */
    private static final class Book implements UserBook {
        private MemoryUserBook in = new MemoryUserBook();
        private boolean away;
        private int asked;

        @Override
        public CompletionStage<Optional<Profile>> find(UserId user) {
            asked++;
            return away ? CompletableFuture.failedStage(new IllegalStateException("away")) : in.find(user);
        }

        @Override
        public CompletionStage<Void> put(Profile profile) {
            return away ? CompletableFuture.failedStage(new IllegalStateException("away")) : in.put(profile);
        }

        private void forget() {
            in = new MemoryUserBook();
        }
    }

    @Test
    void put_isInBothBooks_andTheSharedOneIsReadFirst() {
        assertThat(users.put(OLD)).isCompleted();
        assertThat(lasting.in.find(ADA)).isCompletedWithValue(Optional.of(OLD));
        assertThat(users.find(ADA)).isCompletedWithValue(Optional.of(OLD));
        assertThat(lasting.asked).isZero();
    }

    @Test
    void find_afterTheSharedBookForgot_comesFromTheLastingOne_askedOnce() {
        users.put(NEW);
        shared.forget();
        for (int i = 0; i < 5; i++) assertThat(users.find(ADA)).isCompletedWithValue(Optional.of(NEW));
        assertThat(lasting.asked).isEqualTo(1);
    }

    @Test
    void find_whenTheSharedBookDoesNotAnswer_comesFromTheLastingOne() {
        users.put(NEW);
        shared.away = true;
        assertThat(users.find(ADA)).isCompletedWithValue(Optional.of(NEW));
        assertThat(users.find(new UserId("waddle", "bob")))
                .as("he may be in the shared book alone")
                .isCompletedExceptionally();
    }

    @Test
    void find_whoIsInNeitherBook_isNobody() {
        assertThat(users.find(ADA)).isCompletedWithValue(Optional.empty());
        lasting.away = true;
        clock.advance(Duration.ofMinutes(1));
        assertThat(users.find(ADA)).as("the lasting book may know").isCompletedExceptionally();
    }

    @Test
    void put_whenTheLastingBookDoesNotAnswer_isRefusedAndChangesNothing() {
        users.put(OLD);
        lasting.away = true;
        assertThat(users.put(NEW)).isCompletedExceptionally();
        assertThat(users.find(ADA)).isCompletedWithValue(Optional.of(OLD));
    }

    @Test
    void put_afterItWasMissing_isFoundAtOnce() {
        assertThat(users.find(ADA)).isCompletedWithValue(Optional.empty());
        users.put(NEW);
        shared.forget();
        assertThat(users.find(ADA)).isCompletedWithValue(Optional.of(NEW));
    }
}
