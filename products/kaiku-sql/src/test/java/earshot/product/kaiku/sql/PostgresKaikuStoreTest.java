package earshot.product.kaiku.sql;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.engine.sql.postgres.PostgresSettings;
import earshot.engine.sql.testkit.PostgresServer;
import earshot.product.kaiku.Knowledge;
import earshot.product.kaiku.Person;
import earshot.product.kaiku.store.Change;
import earshot.product.kaiku.store.KaikuStore;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PostgresKaikuStoreTest extends KaikuStoreContract {
    private static final PostgresSettings DATABASE =
            PostgresServer.shared().database().settings();

    @Override
    KaikuStore open() {
        return SqlKaikuStore.inPostgres(DATABASE, Clock.SYSTEM, Meter.NONE);
    }

    @Override
    void close(KaikuStore store) {
        ((SqlKaikuStore) store).close();
    }

    @Test
    void changes_ofAnotherNode_areHeardAndForgotten() throws InterruptedException {
        try (SqlKaikuStore other = SqlKaikuStore.inPostgres(DATABASE, Clock.SYSTEM, Meter.NONE)) {
            Knowledge knowledge = new Knowledge(other, Clock.SYSTEM, Meter.NONE);
            BlockingQueue<Change> heard = new LinkedBlockingQueue<>();
            knowledge.whenChanged(heard::add);
            // The first word is that it listens from now on.
            assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo(new Change.OfAnything());
            Person person = aPerson();
            assertThat(knowledge.person(person.id()).toCompletableFuture().join())
                    .contains(person);
            Person renamed =
                    new Person(person.id(), person.username(), "Renamed", null, null, "busy", person.createdMillis());
            change(t -> {
                t.changed(new Change.OfPerson(person.id()));
                return t.people().update(renamed);
            });
            assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo(new Change.OfPerson(person.id()));
            assertThat(knowledge.person(person.id()).toCompletableFuture().join())
                    .contains(renamed);
        }
    }
}
