package earshot.dialect.graphwiz;

/**
 * What a message of one type does. A new type is a class, or a line, in {@link Handlers}. Called on the session's loop; must not block or throw.
 */
@FunctionalInterface
interface MessageHandler {
    void onMessage(Heard heard, Speaker from);
}
