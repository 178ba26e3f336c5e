package earshot.engine.redis;

import java.util.List;

/** One connection to one server. What is sent leaves in one write and is answered in its order. Thread-safe. */
interface Wire {
    /** What to send, encoded when it is sent, and what becomes of it. */
    interface Sent {
        /** The command's name, then its arguments. */
        List<byte[]> words();

        void onReply(Reply reply);

        /** The text of an error that Redis answered, as {@code MOVED 1234 host:port}. */
        void onError(String error);

        /** The connection ended; it may have been done or not. */
        void onLost(String why);
    }

    /** Each gets exactly one answer, at the latest when the connection ends. */
    void send(List<? extends Sent> batch);

    void close();
}
