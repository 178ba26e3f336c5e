/** Tests of the Redis engine, against a real redis-server. */
package earshot.engine.redis;
