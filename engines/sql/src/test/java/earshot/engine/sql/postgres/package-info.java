/** The archive over a real PostgreSQL. */
package earshot.engine.sql.postgres;
