/** A real redis-server, alone or as a cluster, that tests start, ask, stop, starve and kill. */
package earshot.engine.redis.testkit;
