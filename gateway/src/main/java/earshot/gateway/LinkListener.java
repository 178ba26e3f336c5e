package earshot.gateway;

import earshot.core.message.CloseReason;
import earshot.dialect.Frame;

/** What a link tells its session. Called on the session's home loop. */
interface LinkListener {
    /** One whole message; for text the UTF-8 has been checked. */
    void onFrame(Frame frame);

    /** A WebSocket ping or pong came in; a ping has been answered already. */
    void onControl(boolean ping);

    /** The socket takes bytes again after {@link Link#isWritable} was false. */
    void onWritable();

    /** About once a second while the link is open, so that nothing needs a timer of its own: idle, and slow readers. */
    default void onSweep(long nowNanos) {}

    /** It is reached by another link from now on, which has been given what the one before had not delivered. */
    default void onMoved(Link next) {}

    /** Whether it is known who this is; once it is, it stays so. */
    default boolean isIdentified() {
        return true;
    }

    /** See {@link earshot.dialect.Conversation#leavesByItself}. */
    default boolean leavesByItself() {
        return false;
    }

    /** The link is gone; called once, whoever ended it. {@code clean}: by a closing handshake that the client began. */
    void onClosed(CloseReason reason, boolean clean);
}
