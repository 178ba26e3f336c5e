package earshot.dialect.summit;

import earshot.core.message.Position;
import earshot.core.message.RoomId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client says it heard last: a place in one room's log, and about when that was said. Text of ours that clients hand back; nothing in it is
 * believed before the log has confirmed it.
 *
 * @param room names the room without saying its name; 0: no room
 * @param at {@link Position#START}: no place
 */
record Offset(long room, Position at, long millis) {
    private static final int RADIX = 36;
    private static final Pattern FORM =
            Pattern.compile("([0-9a-z]{1,13})-([0-9a-z]{1,12})-([0-9a-z]{1,12})-([0-9a-z]{1,10})");
    private static final long FNV_START = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    static Offset of(RoomId room, Position at, long millis) {
        return new Offset(keyOf(room), at, millis);
    }

    /** Before anything was heard. */
    static Offset nowhere(long millis) {
        return new Offset(0, Position.START, millis);
    }

    /** Null: not ours. */
    static @Nullable Offset parse(String text) {
        Matcher m = FORM.matcher(text);
        if (!m.matches()) return null;
        try {
            return new Offset(
                    Long.parseUnsignedLong(m.group(1), RADIX),
                    new Position(Long.parseLong(m.group(2), RADIX), Long.parseLong(m.group(3), RADIX)),
                    Long.parseLong(m.group(4), RADIX));
        } catch (NumberFormatException tooLong) {
            return null;
        }
    }

    boolean isOf(RoomId other) {
        return room == keyOf(other);
    }

    /** FNV-1a over the three parts of the name (http://www.isthe.com/chongo/tech/comp/fnv/): told apart are the few rooms of one connection. */
    static long keyOf(RoomId room) {
        long hash = mix(mix(mix(FNV_START, room.realm()), room.tenant()), room.name());
        return hash == 0 ? 1 : hash;
    }

    private static long mix(long hash, String text) {
        long mixed = hash;
        for (int i = 0; i < text.length(); i++) mixed = (mixed ^ text.charAt(i)) * FNV_PRIME;
        return (mixed ^ 0xffff) * FNV_PRIME;
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(room, RADIX)
                + '-'
                + Long.toString(at.epoch(), RADIX)
                + '-'
                + Long.toString(at.offset(), RADIX)
                + '-'
                + Long.toString(Math.max(0, millis), RADIX);
    }
}
