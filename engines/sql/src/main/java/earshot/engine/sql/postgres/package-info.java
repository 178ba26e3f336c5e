/** The archive in PostgreSQL: what outlives the window that Redis keeps. Java socket I/O only, so its work runs on virtual threads. */
@NullMarked
package earshot.engine.sql.postgres;

import org.jspecify.annotations.NullMarked;
