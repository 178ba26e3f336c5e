package earshot.engine.sql.postgres;

import earshot.engine.sql.DatabaseUnusable;
import earshot.engine.sql.DatabaseUnusable.Reason;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;

/** What PostgreSQL and the pool say when they do not do a thing (PostgreSQL manual, appendix A). */
final class Refusal {
    /** Connection gone, shutting down, out of resources, not let in, or not (any more) a server that takes writes. */
    private static final List<String> AWAY = List.of("08", "57P", "53", "28", "25006");

    private Refusal() {}

    static String state(SQLException e) {
        String state = e.getSQLState();
        return state == null ? "" : state;
    }

    /** Nobody answers there, or not now. */
    static boolean isAway(Exception e) {
        if (e instanceof SQLTransientConnectionException) return true;
        if (!(e instanceof SQLException known)) return false;
        String state = state(known);
        return AWAY.stream().anyMatch(state::startsWith);
    }

    /** A deadlock or a serialization failure. */
    static boolean isWorthAnotherTry(SQLException e) {
        return state(e).startsWith("40");
    }

    static String codeOf(Exception e) {
        if (isAway(e)) return "away";
        return e instanceof SQLException known && !state(known).isEmpty() ? "sql_" + state(known) : "error";
    }

    /** For whoever starts a node. */
    static DatabaseUnusable explain(PostgresSettings settings, SQLException e) {
        String said = settings.shown() + ": " + e.getMessage();
        return switch (state(e)) {
            case "28P01", "28000" ->
                new DatabaseUnusable(
                        Reason.REFUSED, said + ". Check postgres.user and postgres.password, and pg_hba.conf.", e);
            case "3D000" ->
                new DatabaseUnusable(
                        Reason.REFUSED, said + ". Make it: createdb --encoding UTF8 --template template0 NAME", e);
            case "42501" ->
                new DatabaseUnusable(
                        Reason.REFUSED,
                        said + ". The first start makes a schema of its own: GRANT CREATE ON DATABASE … TO …, or"
                                + " CREATE SCHEMA earshot AUTHORIZATION …",
                        e);
            default ->
                new DatabaseUnusable(
                        Reason.UNREACHABLE,
                        "PostgreSQL cannot be used: " + said
                                + ". Start it, name another with postgres.url, or leave that out to keep history in Redis only.",
                        e);
        };
    }
}
