package earshot.engine.sql.postgres;

import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.engine.sql.Followers;
import earshot.engine.sql.SqlTables;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A product's tables in a schema of their own of a PostgreSQL database that any number of nodes share. News travel by {@code NOTIFY} in the transaction that
 * they are about (PostgreSQL manual, NOTIFY), so a node never hears of what was not stored; they need a connection of their own that is no pooler's.
 */
public final class PostgresTables implements SqlTables {
    /**
     * Which tables.
     *
     * @param schema of PostgreSQL; also the channel of the news
     * @param folder of the migrations {@code /migrations/postgres/FOLDER/STEP.sql}
     */
    public record Plan(String schema, String folder, List<String> steps) {
        PostgresSchema tables(String shown) {
            return new PostgresSchema(
                    schema, steps.stream().map(step -> folder + "/" + step).toList(), shown);
        }
    }

    private final PostgresPool pool;
    private final String schema;
    private final String self = UUID.randomUUID().toString();
    private final Followers followers = new Followers();
    private final PostgresNews news;

    private PostgresTables(PostgresPool pool, PostgresSettings settings, String schema) {
        this.pool = pool;
        this.schema = schema;
        this.news = new PostgresNews(settings, schema, self, followers);
    }

    /** Connects, and makes or migrates the tables. Blocks; throws {@link earshot.engine.sql.DatabaseUnusable}. */
    public static PostgresTables open(PostgresSettings settings, Plan plan, Clock clock, Meter meter) {
        PostgresPool pool =
                PostgresPool.open(settings, plan.tables(settings.shown()), "what needs its tables waits", clock, meter);
        return new PostgresTables(pool, settings, plan.schema());
    }

    @Override
    public <T extends @Nullable Object> CompletionStage<T> read(Question<T> question) {
        return pool.ask("tables_read", connection -> {
            useSchema(connection);
            try {
                return question.ask(connection);
            } catch (RuntimeException e) {
                throw new Undone(e);
            }
        });
    }

    private record Stored<T extends @Nullable Object>(T result, List<String> news) {}

    @Override
    public <T extends @Nullable Object> CompletionStage<T> write(Work<T> work) {
        CompletionStage<Stored<T>> stored = pool.ask("tables_write", connection -> {
            List<String> told = new ArrayList<>();
            useSchema(connection);
            T result = changed(work, connection, told);
            announce(connection, told);
            return new Stored<>(result, told);
        });
        return stored.thenApply(done -> {
            followers.tell(done.news);
            return done.result;
        });
    }

    private static <T extends @Nullable Object> T changed(Work<T> work, Connection connection, List<String> told)
            throws SQLException {
        try {
            return work.on(connection, told::add);
        } catch (RuntimeException e) {
            throw new Undone(e);
        }
    }

    /** For the transaction: the pool's connections serve whoever comes next. */
    private void useSchema(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SET LOCAL search_path TO " + schema)) {
            statement.execute();
        }
    }

    private void announce(Connection connection, List<String> told) throws SQLException {
        if (told.isEmpty()) return;
        try (PreparedStatement notify = connection.prepareStatement("SELECT pg_notify(?, ?)")) {
            for (String text : told) {
                notify.setString(1, schema);
                notify.setString(2, self + " " + text);
                notify.execute();
            }
        }
    }

    @Override
    public void follow(Follower follower) {
        followers.add(follower);
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public boolean isHealthy() {
        return pool.isHealthy();
    }

    @Override
    public void close() {
        news.close();
        pool.close();
    }
}
