package earshot.engine.sql;

import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Why the file could not be written, in the words of the metric's label. */
final class Failure {
    private static final int PRIMARY = 0xff;

    private Failure() {}

    static String of(Exception e) {
        if (e instanceof DatabaseGone) return "file_gone";
        if (!(e instanceof SQLiteException known)) return "error";
        int code = known.getResultCode().code & PRIMARY;
        if (code == SQLiteErrorCode.SQLITE_FULL.code) return "disk_full";
        if (code == SQLiteErrorCode.SQLITE_IOERR.code) return "io_error";
        if (code == SQLiteErrorCode.SQLITE_READONLY.code) return "read_only";
        if (code == SQLiteErrorCode.SQLITE_BUSY.code || code == SQLiteErrorCode.SQLITE_LOCKED.code) return "locked";
        if (code == SQLiteErrorCode.SQLITE_CORRUPT.code || code == SQLiteErrorCode.SQLITE_NOTADB.code) return "corrupt";
        return "error";
    }

    static boolean isConstraint(Exception e) {
        return e instanceof SQLiteException known
                && (known.getResultCode().code & PRIMARY) == SQLiteErrorCode.SQLITE_CONSTRAINT.code;
    }
}
