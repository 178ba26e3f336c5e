package earshot.product.kaiku.sql;

import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.engine.sql.SqlTables;
import earshot.engine.sql.SqliteTables;
import earshot.engine.sql.postgres.PostgresSettings;
import earshot.engine.sql.postgres.PostgresTables;
import earshot.product.kaiku.store.Change;
import earshot.product.kaiku.store.KaikuStore;
import earshot.product.kaiku.store.Tables;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** kaiku's tables in SQL. Thread-safe. A change of more than {@value #MAX_NEWS} things is told as a change of anything. */
public final class SqlKaikuStore implements KaikuStore, AutoCloseable {
    private static final int MAX_NEWS = 200;
    private static final List<String> STEPS = List.of("0001-people");
    private static final SqliteTables.Plan SQLITE = new SqliteTables.Plan("kaiku", 0x45736b31, STEPS);
    private static final PostgresTables.Plan POSTGRES = new PostgresTables.Plan("earshot_kaiku", "kaiku", STEPS);

    private final SqlTables tables;

    private SqlKaikuStore(SqlTables tables) {
        this.tables = tables;
    }

    /** {@code kaiku.db} in a data directory. Throws {@link earshot.engine.sql.DatabaseUnusable}. */
    public static SqlKaikuStore inFile(Path directory, Clock clock, Meter meter) {
        return new SqlKaikuStore(SqliteTables.open(directory, SQLITE, clock, meter));
    }

    /** Gone with the process. */
    public static SqlKaikuStore inMemory() {
        return new SqlKaikuStore(SqliteTables.inMemory(SQLITE));
    }

    /** The schema {@code earshot_kaiku} of a database that several nodes share. Blocks; throws {@link earshot.engine.sql.DatabaseUnusable}. */
    public static SqlKaikuStore inPostgres(PostgresSettings settings, Clock clock, Meter meter) {
        return new SqlKaikuStore(PostgresTables.open(settings, POSTGRES, clock, meter));
    }

    @Override
    public <T extends @Nullable Object> CompletionStage<T> read(Function<Tables, T> question) {
        return tables.read(connection -> asked(connection, question, _ -> {}));
    }

    @Override
    public <T extends @Nullable Object> CompletionStage<T> change(Function<Tables, T> work) {
        return tables.write((connection, news) -> {
            Set<Change> changes = new LinkedHashSet<>();
            T result = asked(connection, work, changes::add);
            if (changes.size() > MAX_NEWS) news.tell(new Change.OfAnything().text());
            else for (Change change : changes) news.tell(change.text());
            return result;
        });
    }

    private <T extends @Nullable Object> T asked(
            Connection connection, Function<Tables, T> function, Consumer<Change> changed) throws SQLException {
        try {
            return function.apply(new TablesInSql(new Sql(connection, tables.isShared()), changed));
        } catch (Sql.Failed e) {
            throw e.why();
        }
    }

    @Override
    public void follow(Consumer<Change> follower) {
        tables.follow(new SqlTables.Follower() {
            @Override
            public void onNews(String text) {
                follower.accept(Change.of(text));
            }

            @Override
            public void onGap() {
                follower.accept(new Change.OfAnything());
            }
        });
    }

    @Override
    public boolean isShared() {
        return tables.isShared();
    }

    @Override
    public boolean isHealthy() {
        return tables.isHealthy();
    }

    @Override
    public void close() {
        tables.close();
    }
}
