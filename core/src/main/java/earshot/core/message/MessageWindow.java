package earshot.core.message;

import java.util.List;

/**
 * The newest messages of a room at one point. The same object is given to everybody who joins at that point, so that what is rendered from
 * it can be kept in {@link #rendered} (a thousand clients that return at once ask for the same fifty messages). Thread-safe.
 */
public final class MessageWindow {
    public static final MessageWindow EMPTY = new MessageWindow(List.of());

    private final List<Message> messages;
    private final Renderings renderings = new Renderings();

    public MessageWindow(List<Message> messages) {
        this.messages = List.copyOf(messages);
    }

    /** Oldest first. */
    public List<Message> messages() {
        return messages;
    }

    public Renderings rendered() {
        return renderings;
    }
}
