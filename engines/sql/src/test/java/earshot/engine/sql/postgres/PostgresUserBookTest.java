package earshot.engine.sql.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Profile;
import earshot.core.message.UserId;
import earshot.core.session.UserBook;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.engine.sql.testkit.PostgresServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PostgresUserBookTest {
    private final PostgresServer.Database database = PostgresServer.shared().database();
    private final PostgresArchive here = open();
    private final PostgresArchive there = open();

    private PostgresArchive open() {
        return PostgresArchive.open(PostgresArchiveTest.settings(database, database.user()), Clock.SYSTEM, Meter.NONE);
    }

    @AfterEach
    void close() {
        here.close();
        there.close();
    }

    @Test
    void put_isFoundByAnotherNode_andTheNextPutReplacesAllOfIt() {
        UserId ada = new UserId("waddle", "ada \u0000\u0001 O'Hara");
        Profile whole = new Profile(ada, "Ada \u0000", "/ada.png", "{\"karma\":3}");
        assertThat(await(here.users().find(ada))).isEmpty();
        await(here.users().put(whole));
        assertThat(await(there.users().find(ada))).contains(whole);
        Profile plain = Profile.named(ada, "Countess");
        await(there.users().put(plain));
        assertThat(await(here.users().find(ada))).contains(plain);
        assertThat(await(here.users().find(new UserId("summit", ada.id()))))
                .as("of another realm")
                .isEmpty();
    }

    @Test
    void put_byManyAtOnce_leavesOneOfThemWhole() {
        UserId ada = new UserId("waddle", "ada");
        List<CompletionStage<Void>> puts = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            UserBook node = i % 2 == 0 ? here.users() : there.users();
            puts.add(node.put(new Profile(ada, "Ada " + i, "/" + i, "{\"n\":" + i + "}")));
        }
        puts.forEach(PostgresUserBookTest::await);
        Profile left = await(here.users().find(ada)).orElseThrow();
        int winner = Integer.parseInt(left.name().substring("Ada ".length()));
        assertThat(left).isEqualTo(new Profile(ada, "Ada " + winner, "/" + winner, "{\"n\":" + winner + "}"));
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    }
}
