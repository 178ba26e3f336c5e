package earshot.engine.sql;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.history.Retention;
import earshot.core.history.RoomLog.Appended;
import earshot.core.message.Change;
import earshot.core.message.Draft;
import earshot.core.message.Position;
import earshot.core.testkit.Drafts;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The wall clock is set, hours or days ahead or back, under a history. */
class ClockJumpTest {
    private static final Retention AN_HOUR =
            new Retention(Retention.UNLIMITED, Duration.ofHours(1), Retention.UNLIMITED, true);

    @TempDir
    Path directory;

    private final HistoryFixture fixture = new HistoryFixture();

    private Appended.Stored keyed(SqliteHistory history, String id, String key) {
        Change post = new Change.Post(id, "text", null, null, null);
        Draft draft = Drafts.keyed(HistoryFixture.ROOM, post, Drafts.ADA, fixture.clock.millis(), key);
        return (Appended.Stored) HistoryFixture.await(history.append(draft));
    }

    @Test
    void jumps_doNotChangeTheOrder() {
        try (SqliteHistory history = fixture.open(directory)) {
            fixture.stored(history, "first");
            fixture.clock.jump(Duration.ofDays(-3));
            fixture.stored(history, "second");
            fixture.clock.jump(Duration.ofDays(30));
            assertThat(fixture.stored(history, "third")).isEqualTo(new Position(1, 3));
            assertThat(fixture.everything(history)).containsExactly("first", "second", "third");
        }
    }

    @Test
    void idempotencyKeys_areKnownForFiveMinutes_whateverTheWallClockSays() {
        try (SqliteHistory history = fixture.open(directory)) {
            Position first = keyed(history, "a", "key").entry().position();
            for (Duration jump : new Duration[] {Duration.ofHours(5), Duration.ofDays(-2)}) {
                fixture.clock.jump(jump);
                Appended.Stored again = keyed(history, "again" + jump, "key");
                assertThat(again.repeated()).isTrue();
                assertThat(again.entry().position()).isEqualTo(first);
            }
            fixture.clock.advance(Duration.ofMinutes(6));
            assertThat(keyed(history, "later", "key").repeated()).isFalse();
        }
    }

    @Test
    void idempotencyKeys_afterARestartWithTheClockBack_areKnown() {
        try (SqliteHistory history = fixture.open(directory)) {
            keyed(history, "a", "key");
        }
        fixture.clock.jump(Duration.ofHours(-2));
        try (SqliteHistory history = fixture.open(directory)) {
            assertThat(keyed(history, "again", "key").repeated()).isTrue();
        }
    }

    @Test
    void retention_doesNotDeleteForAJump_untilItHasLasted() {
        try (SqliteHistory history = fixture.open(directory)) {
            HistoryFixture.await(history.open(HistoryFixture.ROOM, AN_HOUR));
            fixture.stored(history, "a");
            fixture.clock.jump(Duration.ofDays(365));
            trim(history);
            assertThat(fixture.everything(history)).containsExactly("a");
            fixture.clock.jump(Duration.ofDays(-365));
            trim(history);
            assertThat(fixture.everything(history)).containsExactly("a");
            fixture.clock.jump(Duration.ofDays(2));
            trim(history);
            fixture.clock.advance(Duration.ofMinutes(11));
            trim(history);
            assertThat(fixture.everything(history)).isEmpty();
        }
    }

    @Test
    void retention_goesByTheTimeThatPasses_afterAJumpBack() {
        try (SqliteHistory history = fixture.open(directory)) {
            HistoryFixture.await(history.open(HistoryFixture.ROOM, AN_HOUR));
            fixture.clock.jump(Duration.ofDays(-10));
            trim(history);
            fixture.stored(history, "a");
            fixture.clock.advance(Duration.ofMinutes(50));
            trim(history);
            assertThat(fixture.everything(history)).containsExactly("a");
            fixture.clock.advance(Duration.ofMinutes(20));
            trim(history);
            assertThat(fixture.everything(history)).isEmpty();
        }
    }

    private static void trim(SqliteHistory history) {
        while (HistoryFixture.await(history.trimNow())) {
            // Again: a look finds a bounded number of rooms.
        }
    }
}
