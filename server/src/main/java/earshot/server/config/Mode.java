package earshot.server.config;

/** How careful the server is about what nobody said (DECISIONS 1). */
public enum Mode {
    /** Loopback, secrets and demo users made at start and shown on the terminal. */
    DEVELOPMENT,
    /** Nothing is made up: what is missing or weak is an error. */
    PRODUCTION
}
