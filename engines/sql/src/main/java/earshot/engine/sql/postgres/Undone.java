package earshot.engine.sql.postgres;

/** Whoever changes tables thought better of it: the transaction is undone, PostgreSQL is well, and whoever asked hears why. */
final class Undone extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final RuntimeException why;

    Undone(RuntimeException why) {
        super("undone", why, false, false);
        this.why = why;
    }

    RuntimeException why() {
        return why;
    }
}
