package earshot.server.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * The PostgreSQL that keeps what Redis is not to keep. Only with Redis: a node that is alone has its history in SQLite.
 *
 * @param address of the database; empty: none
 * @param user empty: as the driver finds it
 * @param password empty: none
 * @param connections at most
 * @param timeout how long anybody waits for a connection, and for an answer
 */
public record PostgresSettings(String address, String user, String password, int connections, Duration timeout) {
    static final Catalog CATALOG = new Catalog(
            "postgres",
            "The archive behind the Redis that several nodes share: history that Redis need not hold, and that outlives it. See docs/redis.md.");

    static final Setting<String> URL = CATALOG.optional(
            "url",
            new AddressKind(),
            "no archive: Redis keeps all of history, in memory",
            "postgres://[user[:password]@]host[:port]/database[?sslmode=require], or the same as a JDBC URL. Tables are made in a schema earshot of their"
                    + " own.",
            "DATABASE_URL");
    static final Setting<String> USER = CATALOG.optional(
            "user",
            Kinds.TEXT,
            "as postgres.url has it, else that of the system",
            "The user, when it is not in the URL.");
    static final Setting<List<String>> PASSWORD = CATALOG.optional(
            "password", Kinds.SECRETS, "as postgres.url has it, else none", "The password, when it is not in the URL.");
    static final Setting<Integer> CONNECTIONS = CATALOG.setting(
            "connections",
            Kinds.integer(2, 200),
            8,
            "Connections of this node, at most; all nodes together must stay below max_connections of PostgreSQL.");
    static final Setting<Duration> TIMEOUT = CATALOG.setting(
            "timeout",
            Kinds.duration(Duration.ofSeconds(1), Duration.ofMinutes(5)),
            Duration.ofSeconds(5),
            "How long to wait for a connection or an answer; then whoever reads older messages is told that they are unavailable. What is said does not"
                    + " wait for PostgreSQL.");

    static PostgresSettings from(Values values) {
        String address = values.maybe(URL).orElse("");
        String[] inUrl = userInfo(address);
        return new PostgresSettings(
                address,
                values.maybe(USER).orElse(inUrl[0]),
                values.maybe(PASSWORD).map(List::getFirst).orElse(inUrl[1]),
                values.of(CONNECTIONS),
                values.of(TIMEOUT));
    }

    public boolean isOn() {
        return !address.isEmpty();
    }

    /** For the driver: {@code jdbc:postgresql://host:port/database?…}, without user and password. */
    public String jdbcUrl() {
        return "jdbc:postgresql:" + address.substring(address.indexOf("//")).replaceFirst("^//[^@/]*@", "//");
    }

    /** Without password and options. */
    public String shown() {
        return withoutPassword(address).replaceFirst("\\?.*", "");
    }

    /** Without the password. */
    @Override
    public String toString() {
        return shown();
    }

    private static String withoutPassword(String address) {
        return address.replaceFirst("//([^:@/]*):[^@/]*@", "//$1@");
    }

    /** User and password, each empty when there is none. */
    private static String[] userInfo(String address) {
        int begin = address.indexOf("//") + 2;
        int end = address.indexOf('@', begin);
        int slash = address.indexOf('/', begin);
        if (begin < 2 || end < 0 || (slash >= 0 && slash < end)) return new String[] {"", ""};
        String info = address.substring(begin, end);
        int colon = info.indexOf(':');
        return colon < 0
                ? new String[] {decoded(info), ""}
                : new String[] {decoded(info.substring(0, colon)), decoded(info.substring(colon + 1))};
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** An address; the password in it is nobody's business. */
    private static final class AddressKind implements Kind<String> {
        private static final String EXPECTED =
                " (expected: postgres://user:password@host/database; special characters of a password are written %xx)";

        @Override
        public String describe() {
            return "address of a PostgreSQL database";
        }

        @Override
        public String parse(Raw raw) {
            String text = Kinds.word(raw).text().strip();
            String shown = Kinds.quoted(withoutPassword(text));
            String plain = text.startsWith("jdbc:") ? text.substring("jdbc:".length()) : text;
            if (!plain.matches("postgres(ql)?://.*")) throw new Unfit(shown + EXPECTED);
            try {
                URI uri = new URI(plain);
                String path = uri.getPath();
                if (uri.getRawAuthority() == null || path == null || path.length() < 2)
                    throw new Unfit(shown + EXPECTED);
                URLDecoder.decode(plain, StandardCharsets.UTF_8);
            } catch (URISyntaxException | IllegalArgumentException e) {
                throw new Unfit(shown + EXPECTED);
            }
            return plain;
        }

        @Override
        public String show(String value) {
            return withoutPassword(value);
        }
    }
}
