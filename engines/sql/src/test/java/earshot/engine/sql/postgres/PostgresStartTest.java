package earshot.engine.sql.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import earshot.core.history.HistoryUnavailable;
import earshot.core.history.Retention;
import earshot.core.message.Position;
import earshot.core.telemetry.MemoryMeter;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.testkit.Drafts;
import earshot.core.time.Clock;
import earshot.engine.sql.DatabaseUnusable;
import earshot.engine.sql.DatabaseUnusable.Reason;
import earshot.engine.sql.testkit.PostgresServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** How an archive begins, and what it says when PostgreSQL is not there. */
final class PostgresStartTest {
    private static PostgresArchive open(PostgresServer.Database database) {
        return PostgresArchive.open(PostgresArchiveTest.settings(database, database.user()), Clock.SYSTEM, Meter.NONE);
    }

    @Test
    void open_byManyAtOnce_migratesOnce() throws ExecutionException, InterruptedException {
        PostgresServer.Database database = PostgresServer.shared().database();
        List<FutureTask<PostgresArchive>> nodes = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            FutureTask<PostgresArchive> node = new FutureTask<>(() -> open(database));
            nodes.add(node);
            Thread.ofPlatform().start(node);
        }
        for (FutureTask<PostgresArchive> node : nodes) node.get().close();
        assertThat(database.ask("SELECT count(*) FROM earshot.schema_version")).isEqualTo("2");
    }

    @Test
    void open_tablesOfANewerEarshot_isToldSo() {
        PostgresServer.Database database = PostgresServer.shared().database();
        open(database).close();
        database.run("INSERT INTO earshot.schema_version VALUES (99, 'from the future')");
        assertUnusable(() -> open(database), Reason.NEWER, "newer Earshot");
    }

    @Test
    void open_tablesOfSomebodyElse_areLeftAlone() {
        PostgresServer.Database database = PostgresServer.shared().database();
        database.run("CREATE TABLE entry (theirs TEXT)");
        open(database).close();
        assertThat(database.ask("SELECT count(*) FROM public.entry")).isEqualTo("0");
    }

    @Test
    void open_otherEncoding_isToldWhatToDo() {
        PostgresServer.Database made = PostgresServer.shared().database();
        made.run("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C'");
        var latin = new PostgresServer.Database(made.server(), "latin");
        assertUnusable(() -> open(latin), Reason.FOREIGN, "createdb");
    }

    @Test
    void open_nobodyThere_isToldWhatToDo() {
        PostgresServer.Database database = PostgresServer.shared().database();
        var missing = new PostgresServer.Database(database.server(), "missing");
        assertUnusable(() -> open(missing), Reason.REFUSED, "createdb");
        var nowhere = new PostgresSettings("jdbc:postgresql://127.0.0.1:1/x", "", "", 1, Duration.ofSeconds(2));
        assertUnusable(
                () -> PostgresArchive.open(nowhere, Clock.SYSTEM, Meter.NONE), Reason.UNREACHABLE, "postgres.url");
    }

    @Test
    void open_userWithoutRights_isToldWhatToDo() {
        PostgresServer.Database database = PostgresServer.shared().database();
        database.run("CREATE ROLE poor LOGIN");
        assertUnusable(
                () -> PostgresArchive.open(PostgresArchiveTest.settings(database, "poor"), Clock.SYSTEM, Meter.NONE),
                Reason.REFUSED,
                "GRANT CREATE");
    }

    @Test
    void away_forAWhile_isRefusedAtOnceAndFoundAgain() {
        MemoryMeter meter = new MemoryMeter();
        try (PostgresServer server = PostgresServer.start()) {
            var settings = new PostgresSettings(server.database().url(), "earshot", "", 4, Duration.ofSeconds(1));
            try (PostgresArchive archive = PostgresArchive.open(settings, Clock.SYSTEM, meter)) {
                var room = Drafts.freshRoom();
                var entry = Drafts.draft(room, Drafts.post("m1"), 1).at(new Position(7, 1));
                await(archive.store(List.of(entry)));
                server.stop();
                assertUnavailable(archive.find(room, "m1"));
                until(() -> !archive.isHealthy());
                long before = System.nanoTime();
                for (int i = 0; i < 500; i++) assertUnavailable(archive.find(room, "m1"));
                assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(8));
                assertThat(meter.value(Metric.ARCHIVE_FAILED)).isGreaterThan(400);
                server.startAgain();
                until(archive::isHealthy);
                assertThat(await(archive.find(room, "m1"))).isPresent();
                assertThat(await(archive.settle(room, Position.START, new Position(7, 1), Retention.EVERYTHING)))
                        .isTrue();
            }
        }
    }

    private static void assertUnusable(Runnable opening, Reason reason, String says) {
        assertThatExceptionOfType(DatabaseUnusable.class)
                .isThrownBy(opening::run)
                .withMessageContaining(says)
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static void assertUnavailable(CompletionStage<?> answer) {
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> await(answer))
                .withCauseInstanceOf(HistoryUnavailable.class);
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }

    private static void until(java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) throw new AssertionError("in vain");
            LockSupport.parkNanos(5_000_000);
        }
    }
}
