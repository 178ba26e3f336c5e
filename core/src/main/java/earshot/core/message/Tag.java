package earshot.core.message;

/**
 * What a conversation needs to find the question again when the answer comes: plain data, so that it can be frozen with the session.
 *
 * @param kind the conversation's own small number
 * @param text the conversation's own word (a message id, an ack number); may be empty
 */
public record Tag(int kind, String text) {
    public static final Tag NONE = new Tag(0, "");

    public static Tag of(int kind) {
        return new Tag(kind, "");
    }
}
