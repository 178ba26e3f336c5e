/** Core's history ports over SQL: what must last, in SQLite. */
@NullMarked
package earshot.engine.sql;

import org.jspecify.annotations.NullMarked;
