package earshot.engine.sql.postgres;

import java.time.Duration;

/**
 * How a node reaches PostgreSQL.
 *
 * @param url {@code jdbc:postgresql://host:port/database?…}, without a password
 * @param user empty: as the driver finds it
 * @param password empty: none
 * @param connections at most, 1..200; as many questions are asked at once
 * @param timeout how long anybody waits for a connection, and for an answer
 */
public record PostgresSettings(String url, String user, String password, int connections, Duration timeout) {
    public PostgresSettings {
        if (!url.startsWith("jdbc:postgresql:"))
            throw new IllegalArgumentException("url: not jdbc:postgresql://host/database");
        if (connections < 1 || connections > 200)
            throw new IllegalArgumentException("connections: " + connections + " (expected: 1..200)");
        if (timeout.compareTo(Duration.ofMillis(250)) < 0)
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: >= 250 ms)");
    }

    /** What may be shown to people. */
    String shown() {
        return url.substring("jdbc:".length()).replaceFirst("\\?.*", "");
    }

    /** Without the password. */
    @Override
    public String toString() {
        return shown();
    }
}
