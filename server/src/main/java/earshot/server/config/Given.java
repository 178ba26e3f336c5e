package earshot.server.config;

/**
 * A value that somebody gave.
 *
 * @param origin where, for people: {@code earshot.yaml line 3}, {@code environment PORT}, {@code --port}
 */
record Given(Raw value, String origin) {}
