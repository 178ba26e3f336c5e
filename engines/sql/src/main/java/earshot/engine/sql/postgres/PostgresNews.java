package earshot.engine.sql.postgres;

import earshot.engine.sql.Followers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Hears what other nodes say of tables, on a virtual thread with a connection of its own. When the connection breaks, and when it is there again, followers
 * are told that they may have missed something.
 */
final class PostgresNews implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(PostgresNews.class.getName());
    private static final int WAIT_MILLIS = 1_000;
    /** So many waits without a word, and the connection is asked whether it is still one. */
    private static final int QUIET_WAITS = 5;

    private static final int ANSWER_SECONDS = 2;

    private final PostgresSettings settings;
    private final String channel;
    private final String self;
    private final Followers followers;
    private final Thread thread;
    private volatile boolean closed;

    PostgresNews(PostgresSettings settings, String channel, String self, Followers followers) {
        this.settings = settings;
        this.channel = channel;
        this.self = self;
        this.followers = followers;
        this.thread = Thread.ofVirtual().name("postgres-news").start(this::run);
    }

    private void run() {
        boolean away = false;
        while (!closed) {
            try {
                listen();
            } catch (SQLException e) {
                if (closed) return;
                if (!away)
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "other nodes'' changes in PostgreSQL are not heard ({0})",
                            Refusal.codeOf(e));
                away = true;
                followers.tellGap();
                if (!pause()) return;
            }
        }
    }

    private static boolean pause() {
        try {
            TimeUnit.SECONDS.sleep(1);
            return true;
        } catch (InterruptedException _) {
            return false;
        }
    }

    private void listen() throws SQLException {
        try (Connection connection = DriverManager.getConnection(settings.url(), PostgresPool.properties(settings))) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("LISTEN " + channel);
            }
            followers.tellGap();
            PGConnection heard = connection.unwrap(PGConnection.class);
            for (int quiet = 0; !closed; quiet++) {
                PGNotification[] news = heard.getNotifications(WAIT_MILLIS);
                if (news != null && news.length > 0) {
                    quiet = 0;
                    for (PGNotification each : news) onNews(each.getParameter());
                } else if (quiet >= QUIET_WAITS) {
                    quiet = 0;
                    if (!connection.isValid(ANSWER_SECONDS)) throw new SQLException("no answer", "08006");
                }
            }
        }
    }

    private void onNews(String payload) {
        int space = payload.indexOf(' ');
        if (space < 0 || payload.substring(0, space).equals(self)) return;
        followers.tell(List.of(payload.substring(space + 1)));
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
