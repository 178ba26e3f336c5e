package earshot.dialect;

import earshot.core.message.Position;
import earshot.core.message.RoomId;

/**
 * How a dialect whose clients remember the place of the event that they heard last tells one who is in several rooms how far it had heard the others by
 * then: a few bytes in the first frame of each kept event. Only such a session gets bytes of its own; everybody else shares theirs. Thread-safe.
 */
public interface Places {
    /** What one {@link #write} adds at most. */
    int MAX_BYTES = 40;

    /** So many bytes before its end is where it goes into the first frame of every kept event that has any. */
    int bytesBehind();

    /** So many rooms are told at most, any of them; {@link #more} then says that there are others. */
    int most();

    /** What stands for a room: asked for once by each loop that has members of it. */
    byte[] mark(RoomId room);

    /** Writes how far that room was heard behind its mark; the index behind. */
    int write(Position heard, byte[] to, int at);

    byte[] more();
}
