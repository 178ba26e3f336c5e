package earshot.engine.sql;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.history.RoomLog;
import earshot.core.message.Draft;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import earshot.core.telemetry.Meter;
import earshot.core.testkit.Drafts;
import earshot.core.testkit.RoomLogContract;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteRoomLogTest extends RoomLogContract {
    @TempDir
    Path directory;

    private Path current = Path.of("");
    private @Nullable SqliteHistory history;
    private int crashes;

    protected SqliteSettings settings() {
        return SqliteSettings.DEFAULT;
    }

    @BeforeEach
    final void openHistory() {
        current = directory.resolve("data");
        history = SqliteHistory.open(current, settings(), clock, Meter.NONE);
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
    protected void reopen() {
        history.close();
        history = SqliteHistory.open(current, settings(), clock, Meter.NONE);
    }

    @Override
    protected void rollBack(RoomId room, int entries) {
        // Under async appends are answered before their commit, a room is opened after its own: so all before it is in
        // the copy.
        open(Drafts.freshRoom());
        Path copy = Copies.crashed(current, directory.resolve("crash-" + ++crashes));
        history.close();
        Copies.change(
                copy.resolve("messages.db"),
                "DELETE FROM entry WHERE seq IN (SELECT seq FROM entry WHERE room = (SELECT id FROM room WHERE name = '"
                        + room.name() + "') ORDER BY place DESC LIMIT " + entries + ")",
                "UPDATE state SET value = 'ASYNC' WHERE name = 'durability'");
        current = copy;
        history = SqliteHistory.open(current, settings(), clock, Meter.NONE);
    }

    @Override
    protected void trim(RoomId room) {
        while (await(history.trimNow())) {
            // Again: a look finds a bounded number of rooms.
        }
    }

    /** Clients repeat what was not acknowledged; of that, what the log still has must not be stored again, what it lost must. */
    @Test
    void key_afterANewEpoch_isKnownIfItsEntryIsThere() {
        RoomId room = Drafts.freshRoom();
        open(room);
        Draft kept = Drafts.keyed(room, Drafts.post("kept"), Drafts.ADA, clock.millis(), "key-1");
        Draft lost = Drafts.keyed(room, Drafts.post("lost"), Drafts.ADA, clock.millis(), "key-2");
        RoomLog.Appended.Stored first = stored(kept);
        stored(lost);
        rollBack(room, 1);
        Position after = open(room);
        assertThat(after.epoch()).isGreaterThan(first.entry().position().epoch());
        assertThat(stored(kept)).isEqualTo(new RoomLog.Appended.Stored(first.entry(), true));
        assertThat(stored(lost).repeated()).isFalse();
    }

    private RoomLog.Appended.Stored stored(Draft draft) {
        return (RoomLog.Appended.Stored) await(log().append(draft));
    }

    static final class Async extends SqliteRoomLogTest {
        @Override
        protected SqliteSettings settings() {
            return SqliteSettings.DEFAULT.with(Durability.ASYNC);
        }
    }

    static final class Synced extends SqliteRoomLogTest {
        @Override
        protected SqliteSettings settings() {
            return SqliteSettings.DEFAULT.with(Durability.SYNCED);
        }
    }
}
