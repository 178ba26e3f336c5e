package earshot.bench.load;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One dialect, as a client of it: where it connects, what it says, what it hears. A class per dialect; without state that changes, so any thread
 * may call it. Members and rooms are numbers; names of equal length for all keep marks at one place of the frame, where they are found fastest.
 */
interface Speaker {
    /** Path and query of the upgrade request. */
    String path(int member, int room);

    /** Further lines of the request, each with CR LF. */
    String headers(int member);

    /** Text frames that a member sends once it is connected. */
    List<byte[]> greeting(int member, int room);

    /** Whether the server says of itself when a member is in its room: {@link Heard#WELCOME}. Otherwise it is in with the upgrade. */
    boolean isWelcomed();

    /** What a frame is; looks at a few bytes at its beginning. */
    Heard heard(byte[] bytes, int from, int end);

    /** A message, ready to be sent. */
    Said say(int room, int publisher, byte[] content);

    /** A sign of typing; null when the dialect has none. */
    byte @Nullable [] typing(int room, boolean on);

    /** The cheapest event that the server takes in and tells nobody else; null when the dialect has none. */
    byte @Nullable [] ping();

    /** How a message leaves. */
    sealed interface Said {
        /** In a text frame of the publisher's own connection. */
        record Frame(byte[] text) implements Said {}

        /** By the server API. */
        record Post(String path, byte[] json) implements Said {}
    }
}
