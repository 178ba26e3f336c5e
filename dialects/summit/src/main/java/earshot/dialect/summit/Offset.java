package earshot.dialect.summit;

import earshot.core.message.Position;
import earshot.core.message.RoomId;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client says it heard last: a place in one room's log, and about when that was said; behind it, from a client in several rooms, how far it had
 * heard the others by then ({@link OtherRooms}). Text of ours that clients hand back; nothing in it is believed before the log has confirmed it.
 *
 * @param room names the room without saying its name; 0: no room
 * @param at {@link Position#START}: no place
 * @param others by what names them; a room that is not there had told this client nothing since it was joined, unless {@code more}
 * @param more there were others that are not named
 */
record Offset(long room, Position at, long millis, Map<Long, Position> others, boolean more) {
    private static final int RADIX = 36;
    private static final String NUMBER = "([0-9a-z]{1,13})";
    private static final Pattern FORM =
            Pattern.compile(NUMBER + '-' + NUMBER + '-' + NUMBER + '-' + NUMBER + "([-.~0-9a-z]*)");
    private static final Pattern OTHER =
            Pattern.compile("\\.(?:" + NUMBER + "~)?" + NUMBER + '-' + NUMBER + '-' + NUMBER);
    private static final long FNV_START = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    Offset {
        others = Map.copyOf(others);
    }

    static Offset of(RoomId room, Position at, long millis) {
        return new Offset(keyOf(room), at, millis, Map.of(), false);
    }

    /** Before anything was heard. */
    static Offset nowhere(long millis) {
        return new Offset(0, Position.START, millis, Map.of(), false);
    }

    /**
     * Null: not ours.
     *
     * @param namespace rooms of others are passed over
     */
    static @Nullable Offset parse(String text, String namespace) {
        Matcher m = FORM.matcher(text);
        if (!m.matches()) return null;
        try {
            boolean more = m.group(5).endsWith(OtherRooms.MORE);
            String named = more ? m.group(5).substring(0, m.group(5).length() - OtherRooms.MORE.length()) : m.group(5);
            Map<Long, Position> others = others(named, namespaceKey(namespace));
            return others == null ? null : new Offset(key(m, 1), position(m, 2), number(m, 4), others, more);
        } catch (IllegalArgumentException tooLong) {
            return null;
        }
    }

    private static @Nullable Map<Long, Position> others(String text, long namespace) {
        Map<Long, Position> others = new HashMap<>();
        Matcher m = OTHER.matcher(text);
        int at = 0;
        for (int i = 0; i < OtherRooms.MOST && m.find() && m.start() == at; i++) {
            at = m.end();
            long of = m.group(1) == null ? namespaceKey(Packets.MAIN) : key(m, 1);
            if (of == namespace) others.put(key(m, 2), position(m, 3));
        }
        return at == text.length() ? others : null;
    }

    private static long key(Matcher m, int group) {
        return Long.parseUnsignedLong(m.group(group), RADIX);
    }

    private static long number(Matcher m, int group) {
        return Long.parseLong(m.group(group), RADIX);
    }

    private static Position position(Matcher m, int group) {
        return new Position(number(m, group), number(m, group + 1));
    }

    boolean isOf(RoomId other) {
        return room == keyOf(other);
    }

    /** How far another room was heard; null: it is not said. */
    @Nullable
    Position in(RoomId other) {
        return others.get(keyOf(other));
    }

    /** Without what it says of other rooms. */
    Offset alone() {
        return new Offset(room, at, millis, Map.of(), false);
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

    /** The place alone: what is behind it is written by {@link OtherRooms}. */
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

    private static long namespaceKey(String namespace) {
        return mix(FNV_START, namespace);
    }

    /** What stands for a room behind the place, see {@link OtherRooms}. */
    static byte[] markOf(RoomId room) {
        String namespace = RoomSpelling.namespaceOf(room);
        String of = namespace.equals(Packets.MAIN) ? "" : Long.toUnsignedString(namespaceKey(namespace), RADIX) + '~';
        return ('.' + of + Long.toUnsignedString(keyOf(room), RADIX) + '-').getBytes(StandardCharsets.US_ASCII);
    }
}
