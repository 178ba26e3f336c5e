/** A real PostgreSQL for tests. */
package earshot.engine.sql.testkit;
