package earshot.engine.sql;

import earshot.core.history.MessageBook;
import earshot.core.history.RoomLog;
import earshot.core.message.RoomId;
import earshot.core.telemetry.Meter;
import earshot.core.testkit.MessageBookContract;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteMessageBookTest extends MessageBookContract {
    @TempDir
    Path directory;

    private @Nullable SqliteHistory history;

    @BeforeEach
    final void openHistory() {
        history = SqliteHistory.open(directory, SqliteSettings.DEFAULT, clock, Meter.NONE);
    }

    @AfterEach
    final void closeHistory() {
        if (history != null) history.close();
    }

    @Override
    protected RoomLog log() {
        return history;
    }

    @Override
    protected MessageBook book() {
        return history;
    }

    @Override
    protected void trim(RoomId room) {
        while (await(history.trimNow())) {
            // Again: a look finds a bounded number of rooms.
        }
    }
}
