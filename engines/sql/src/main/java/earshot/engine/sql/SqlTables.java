package earshot.engine.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Tables of a product's own, in SQLite or PostgreSQL, with news of what changed in them for every node that uses them. Thread-safe; callers never block;
 * stages complete on this engine's threads. They fail with {@link earshot.core.history.HistoryUnavailable} when the database does not answer or too much
 * waits for it, and with whatever runtime exception the work threw; nothing of that work is stored then.
 *
 * <p>What is written is a transaction of its own. Where several write at once (PostgreSQL) a work may run again, so it must do nothing but ask and change
 * the tables.
 */
public interface SqlTables extends AutoCloseable {
    /** A look. */
    interface Question<T extends @Nullable Object> {
        T ask(Connection connection) throws SQLException;
    }

    /** A change. */
    interface Work<T extends @Nullable Object> {
        T on(Connection connection, News news) throws SQLException;
    }

    /** What a change wants others to know, once it is stored. */
    interface News {
        /** @param text 1..{@value #MAX_CHARS} characters, ASCII, no line feed */
        void tell(String text);

        int MAX_CHARS = 500;
    }

    /** Hears of changes, those of this node included, on any thread. Must not block or throw. */
    interface Follower {
        void onNews(String text);

        /** News may have been missed. */
        void onGap();
    }

    <T extends @Nullable Object> CompletionStage<T> read(Question<T> question);

    /** Followers of this node hear the news before the stage completes, those of others soon after. */
    <T extends @Nullable Object> CompletionStage<T> write(Work<T> work);

    /** From now on, for as long as these tables are open. */
    void follow(Follower follower);

    /** Whether several nodes may use them at once. */
    boolean isShared();

    /** Any thread. */
    boolean isHealthy();

    /** Waits for what was begun. */
    @Override
    void close();
}
