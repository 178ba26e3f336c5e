package earshot.product.kaiku.sql;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.product.kaiku.Person;
import earshot.product.kaiku.store.KaikuStore;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteKaikuStoreTest extends KaikuStoreContract {
    @TempDir
    Path directory;

    @Override
    KaikuStore open() {
        return SqlKaikuStore.inFile(directory, Clock.SYSTEM, Meter.NONE);
    }

    @Override
    void close(KaikuStore store) {
        ((SqlKaikuStore) store).close();
    }

    @Test
    void reopened_hasWhatWasStored() {
        Person person = aPerson();
        close(store());
        try (SqlKaikuStore again = SqlKaikuStore.inFile(directory, Clock.SYSTEM, Meter.NONE)) {
            assertThat(again.read(t -> t.people().find(person.id()))
                            .toCompletableFuture()
                            .join())
                    .contains(person);
        }
    }
}
