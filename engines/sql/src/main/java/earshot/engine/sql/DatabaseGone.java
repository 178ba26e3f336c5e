package earshot.engine.sql;

import java.nio.file.Path;

/** The database file was deleted, moved or replaced while it was open: what is written now would be lost with the process. */
final class DatabaseGone extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DatabaseGone(Path path) {
        super(path
                + " or its -wal was deleted, moved or replaced while the server runs. Put both back (the server still has them open:"
                + " /proc/PID/fd), or start again with what is there now.");
    }
}
