/** The tables of kaiku in SQL: the same words for SQLite and PostgreSQL. */
@NullMarked
package earshot.product.kaiku.sql;

import org.jspecify.annotations.NullMarked;
