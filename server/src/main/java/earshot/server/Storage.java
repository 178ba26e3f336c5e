package earshot.server;

import earshot.core.history.HistoryRouter;
import earshot.core.history.MessageBook;
import earshot.core.history.RoomLog;
import earshot.core.memory.MemoryHistory;
import earshot.core.memory.MemoryResumeBook;
import earshot.core.memory.MemoryUsageBook;
import earshot.core.memory.MemoryUserBook;
import earshot.core.presence.MemberBook;
import earshot.core.session.ResumeBook;
import earshot.core.session.UserBook;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.core.usage.UsageArchive;
import earshot.core.usage.UsageBook;
import earshot.engine.sql.DatabaseUnusable;
import earshot.engine.sql.Durability;
import earshot.engine.sql.SqliteDirectory;
import earshot.engine.sql.SqliteHistory;
import earshot.engine.sql.SqliteSettings;
import earshot.server.config.HistorySettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * What remembers.
 *
 * @param kind in a word, for people
 * @param healthy whether what is accepted now can be stored; any thread
 */
record Storage(
        RoomLog log,
        MessageBook book,
        UserBook users,
        MemberBook members,
        ResumeBook resume,
        UsageStore usage,
        String kind,
        BooleanSupplier healthy) {
    /** The directory keeps hours of days that were not archived: a server may have been off for weeks. */
    private static final Duration UNARCHIVED_HOURS = Duration.ofDays(60);

    /**
     * Where usage is.
     *
     * @param lookBack for how long a day that was not archived can still be
     */
    record UsageStore(UsageBook hours, UsageArchive archive, Duration lookBack) {}

    /**
     * Throws {@link StartFailure}.
     *
     * @param open what is to be closed later; what was accepted is stored then
     */
    static Storage of(HistorySettings settings, Duration usageHoursKept, Clock clock, Meter meter, OpenParts open) {
        return settings.data()
                .map(data -> inFiles(data, settings, usageHoursKept, clock, meter, open))
                .orElseGet(() -> inMemory(usageHoursKept, clock));
    }

    /** Everything in this process. */
    private static Storage inMemory(Duration usageHoursKept, Clock clock) {
        MemoryHistory history = new MemoryHistory(clock);
        return new Storage(
                history,
                history,
                new MemoryUserBook(),
                MemberBook.NONE,
                new MemoryResumeBook(clock),
                new UsageStore(new MemoryUsageBook(usageHoursKept, clock), UsageArchive.NONE, usageHoursKept),
                "memory",
                () -> true);
    }

    /** Messages in one file, people in another; rooms whose dialect keeps little stay in memory. */
    private static Storage inFiles(
            Path data, HistorySettings settings, Duration usageHoursKept, Clock clock, Meter meter, OpenParts open) {
        try {
            SqliteDirectory directory = SqliteDirectory.open(data, usageHoursKept, clock, meter);
            open.add(directory::close);
            SqliteHistory lasting = SqliteHistory.open(data, settings(settings), clock, meter);
            open.add(lasting::close);
            var both = new HistoryRouter(
                    HistoryRouter.Engine.of(lasting), HistoryRouter.Engine.of(new MemoryHistory(clock)));
            var usage = new UsageStore(directory.usage(), directory.usage(), UNARCHIVED_HOURS);
            return new Storage(
                    both, both, directory, directory, directory.resume(), usage, "sqlite", lasting::isHealthy);
        } catch (DatabaseUnusable e) {
            throw new StartFailure(String.valueOf(e.getMessage()), e);
        }
    }

    private static SqliteSettings settings(HistorySettings settings) {
        return new SqliteSettings(
                durability(settings),
                settings.queueMessages(),
                settings.queueBytes(),
                SqliteSettings.DEFAULT.readers(),
                settings.walSoft(),
                settings.walHard());
    }

    private static Durability durability(HistorySettings settings) {
        return switch (settings.durability()) {
            case ASYNC -> Durability.ASYNC;
            case COMMITTED -> Durability.COMMITTED;
            case SYNCED -> Durability.SYNCED;
        };
    }
}
