package earshot.dialect.summit;

import earshot.core.message.Position;
import earshot.core.message.RoomId;
import earshot.dialect.Places;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What an {@link Offset} says of the other rooms of a client that is in several: {@code .room-epoch-offset} for each, numbers to the base of 36, and
 * {@code namespace~} before a room that is not in the main namespace.
 */
final class OtherRooms implements Places {
    static final OtherRooms PLACES = new OtherRooms();

    /** So that a message grows by some 400 bytes at most. */
    static final int MOST = 16;

    static final String MORE = ".-";
    private static final byte[] MORE_BYTES = MORE.getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz".getBytes(StandardCharsets.US_ASCII);

    private OtherRooms() {}

    /** The quote and the bracket. */
    @Override
    public int bytesBehind() {
        return 2;
    }

    @Override
    public int most() {
        return MOST;
    }

    @Override
    public byte[] mark(RoomId room) {
        return Offset.markOf(room);
    }

    @Override
    public byte[] more() {
        return MORE_BYTES;
    }

    @Override
    public int write(Position heard, byte[] to, int at) {
        int dash = number(heard.epoch(), to, at);
        to[dash] = '-';
        return number(heard.offset(), to, dash + 1);
    }

    /** As {@link Places} has it, for what is said to one client alone. */
    static String text(RoomId room, Position heard) {
        byte[] mark = Offset.markOf(room);
        byte[] all = Arrays.copyOf(mark, mark.length + MAX_BYTES);
        return new String(all, 0, PLACES.write(heard, all, mark.length), StandardCharsets.US_ASCII);
    }

    private static int number(long value, byte[] to, int at) {
        int end = at + 1;
        for (long rest = value / DIGITS.length; rest > 0; rest /= DIGITS.length) end++;
        long rest = value;
        for (int i = end - 1; i >= at; i--) {
            to[i] = DIGITS[(int) (rest % DIGITS.length)];
            rest /= DIGITS.length;
        }
        return end;
    }
}
