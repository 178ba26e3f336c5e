package earshot.bench.load;

/** What a frame of the server is, as far as a load generator must know. */
enum Heard {
    /** A message, told live. */
    MESSAGE,
    /** The welcome: the member is in its room now. Messages in it are old ones. */
    WELCOME,
    /** Old messages, asked for or not. */
    HISTORY,
    TYPING,
    /** A question in the dialect's own words whether somebody is there; Engine.IO's is answered with {@code 3}. */
    PING,
    /** The answer to a ping of ours, in the dialect's own words. */
    PONG,
    /** The server says that something was not done. */
    REFUSAL,
    OTHER
}
