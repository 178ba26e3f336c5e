package earshot.engine.sql;

/** A database file cannot be used, so that the server cannot start. The message is for the operator: what is wrong, and what to do next. */
public final class DatabaseUnusable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong with the file. */
    public enum Reason {
        /** Damaged, or no SQLite database at all. */
        CORRUPT,
        /** A sound SQLite database, but not ours. */
        FOREIGN,
        /** Another process uses it. */
        LOCKED,
        /** It or its directory may not be written. */
        NOT_WRITABLE,
        /** Written by a newer Earshot. */
        NEWER,
        /** The disk refuses, or is full. */
        DISK
    }

    private final Reason reason;

    DatabaseUnusable(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    DatabaseUnusable(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
