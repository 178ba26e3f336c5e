package earshot.engine.sql.postgres;

import static earshot.core.testkit.Drafts.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import earshot.core.history.Archive;
import earshot.core.history.Retention;
import earshot.core.message.Change;
import earshot.core.message.KeptEvent;
import earshot.core.message.RoomId;
import earshot.core.telemetry.Meter;
import earshot.core.testkit.ArchiveContract;
import earshot.core.testkit.Drafts;
import earshot.engine.sql.testkit.PostgresServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class PostgresArchiveTest extends ArchiveContract {
    private static PostgresServer.Database database;

    private final PostgresArchive archive = open();

    @BeforeAll
    static void make() {
        database = PostgresServer.shared().database();
    }

    @AfterAll
    static void forget() {
        database = null;
    }

    private PostgresArchive open() {
        return PostgresArchive.open(settings(database, database.user()), clock, Meter.NONE);
    }

    static PostgresSettings settings(PostgresServer.Database database, String user) {
        return new PostgresSettings(database.url(), user, "", 4, Duration.ofSeconds(10));
    }

    @AfterEach
    void close() {
        archive.close();
    }

    @Override
    protected Archive archive() {
        return archive;
    }

    /** Two nodes store the same, in different orders, with deletions among it, again and again. */
    @Test
    void store_byTwoNodesAtOnce_isThereOnceAndNobodyWaitsForEver() {
        try (PostgresArchive other = open()) {
            List<KeptEvent> all = new ArrayList<>();
            for (int i = 1; i <= 300; i++)
                all.add(entry(7, i, i % 10 == 0 ? new Change.Delete("m" + (i - 1)) : post("m" + i)));
            List<CompletionStage<?>> answers = new ArrayList<>();
            for (int round = 0; round < 20; round++) {
                Collections.shuffle(all);
                answers.add(archive.store(List.copyOf(all.subList(0, 200))));
                Collections.shuffle(all);
                answers.add(other.store(List.copyOf(all.subList(0, 200))));
                answers.add(other.settle(room(), at(0, 0), at(7, 0), Retention.EVERYTHING));
            }
            answers.add(archive.store(all));
            for (CompletionStage<?> answer : answers) await(answer);
            settle(at(7, 300), Retention.EVERYTHING);
            assertThat(await(archive.reached(room(), at(7, 0), 1000))).isEqualTo(at(7, 300));
            assertThat(await(archive.before(room(), at(8, 0), 1000))).hasSize(240);
            assertThat(database.ask("SELECT count(*) FROM earshot.entry e JOIN earshot.entry d USING (room, message)"
                            + " WHERE d.kind = 2 AND e.kind = 0 AND e.content <> ''"))
                    .isEqualTo("0");
        }
    }

    @Test
    void store_nothingThatPostgresTakes_harmsNobodyElse() {
        // Longer than an index takes, and it cannot be packed.
        String endless = new Random(5)
                .ints(8_000, 'a', 'z')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        var room = new RoomId("test", endless, "name");
        var draft = Drafts.draft(room, post("m1"), 1);
        assertThatThrownBy(() -> await(archive.store(List.of(draft.at(at(7, 1))))))
                .hasRootCauseInstanceOf(SQLException.class);
        assertThat(archive.isHealthy()).isTrue();
        store(List.of(entry(7, 1, post("m1"))));
    }
}
