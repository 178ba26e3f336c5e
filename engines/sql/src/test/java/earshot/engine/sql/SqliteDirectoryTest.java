package earshot.engine.sql;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.presence.MemberBook.Returning;
import earshot.core.telemetry.Meter;
import earshot.core.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteDirectoryTest {
    private static final RoomId ROOM = new RoomId("test", "", "lobby");
    private static final Profile ADA = new Profile(new UserId("test", "ada"), "Ada", "/ada.png", "{\"karma\":3}");
    private static final Profile BOB = Profile.named(new UserId("test", "bob"), "Bob");

    @TempDir
    Path data;

    private final ManualClock clock = new ManualClock();
    private SqliteDirectory directory;

    @BeforeEach
    void openDirectory() {
        directory = SqliteDirectory.open(data, clock, Meter.NONE);
    }

    @AfterEach
    void closeDirectory() {
        directory.close();
    }

    @Test
    void user_put_isFoundAlsoAfterARestart() {
        assertThat(await(directory.find(ADA.user()))).isEmpty();
        await(directory.put(ADA));
        assertThat(await(directory.find(ADA.user()))).contains(ADA);
        restart();
        assertThat(await(directory.find(ADA.user()))).contains(ADA);
    }

    @Test
    void user_putAgain_isReplaced() {
        await(directory.put(BOB));
        Profile renamed = Profile.named(BOB.user(), "Robert");
        await(directory.put(renamed));
        assertThat(await(directory.find(BOB.user()))).contains(renamed);
        restart();
        assertThat(await(directory.find(BOB.user()))).contains(renamed);
    }

    @Test
    void user_ofAnotherRealm_isAnotherUser() {
        await(directory.put(ADA));
        assertThat(await(directory.find(new UserId("other", "ada")))).isEmpty();
    }

    @Test
    void members_whoWereThereAtTheEnd_areReturning() {
        directory.entered(ROOM, ADA, 1_000);
        directory.entered(ROOM, BOB, 2_000);
        directory.left(ROOM, BOB.user());
        restart();
        assertThat(await(directory.returning(ROOM))).containsExactly(new Returning(ADA, 1_000));
        assertThat(await(directory.returning(new RoomId("test", "", "hall")))).isEmpty();
    }

    @Test
    void members_whoLeftAndCameAgain_areReturningWithTheLastTime() {
        directory.entered(ROOM, ADA, 1_000);
        directory.left(ROOM, ADA.user());
        directory.entered(ROOM, ADA, 3_000);
        restart();
        assertThat(await(directory.returning(ROOM))).containsExactly(new Returning(ADA, 3_000));
    }

    @Test
    void members_afterAMinute_areNotReturning() {
        directory.entered(ROOM, ADA, 1_000);
        directory.close();
        clock.advance(Duration.ofSeconds(59));
        directory = SqliteDirectory.open(data, clock, Meter.NONE);
        assertThat(await(directory.returning(ROOM))).hasSize(1);
        clock.advance(Duration.ofSeconds(2));
        assertThat(await(directory.returning(ROOM))).isEmpty();
    }

    @Test
    void members_ofThisRun_areNotReturning() {
        directory.entered(ROOM, ADA, 1_000);
        await(directory.put(BOB));
        assertThat(await(directory.returning(ROOM))).isEmpty();
    }

    @Test
    void members_whoReturnNeither_areKnownInTheRestartAfterThat() {
        directory.entered(ROOM, ADA, 1_000);
        restart();
        restart();
        assertThat(await(directory.returning(ROOM))).containsExactly(new Returning(ADA, 1_000));
    }

    @Test
    void rooms_withoutMembers_areForgottenAtTheNextStart() {
        directory.entered(ROOM, ADA, 1_000);
        directory.entered(new RoomId("test", "", "hall"), BOB, 2_000);
        directory.left(ROOM, ADA.user());
        restart();
        assertThat(Copies.number(data.resolve("directory.db"), "SELECT count(*) FROM room"))
                .isEqualTo(1);
        assertThat(await(directory.returning(new RoomId("test", "", "hall"))))
                .containsExactly(new Returning(BOB, 2_000));
    }

    @Test
    void user_putByAVisitor_isFoundByTheServer() {
        try (SqliteDirectory visitor = SqliteDirectory.visit(data, clock)) {
            await(visitor.put(ADA));
        }
        assertThat(await(directory.find(ADA.user()))).contains(ADA);
    }

    private void restart() {
        directory.close();
        directory = SqliteDirectory.open(data, clock, Meter.NONE);
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, SECONDS).join();
    }
}
