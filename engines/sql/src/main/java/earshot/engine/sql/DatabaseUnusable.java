package earshot.engine.sql;

/** A database cannot be used, so that the server cannot start. The message is for the operator: what is wrong, and what to do next. */
public final class DatabaseUnusable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong with it. */
    public enum Reason {
        /** Damaged, or no SQLite database at all. */
        CORRUPT,
        /** A sound database, but not one of ours, or not one that could be. */
        FOREIGN,
        /** Another process uses it. */
        LOCKED,
        /** It or its directory may not be written. */
        NOT_WRITABLE,
        /** Written by a newer Earshot. */
        NEWER,
        /** The disk refuses, or is full. */
        DISK,
        /** No server answers. */
        UNREACHABLE,
        /** The server does not let this user do what is needed. */
        REFUSED
    }

    private final Reason reason;

    public DatabaseUnusable(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public DatabaseUnusable(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
