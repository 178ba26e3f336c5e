package earshot.engine.redis;

import earshot.core.message.Profile;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.presence.PresenceBoard.Entry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A change of a room's presence, as it is stored and told: presence-change.lua says byte for byte how. Reading what no node of ours wrote throws
 * {@link IllegalArgumentException} or {@link java.nio.BufferUnderflowException}.
 */
sealed interface PresenceChange {
    /** @param owner the incarnation whose session it is */
    record Entered(Entry entry, long owner) implements PresenceChange {}

    record Left(SessionId session) implements PresenceChange {}

    record StatusSet(UserId user, String status) implements PresenceChange {}

    // --- bytes

    static byte[] entered(Entry entry, long owner) {
        byte[] user = key(entry.user().user());
        byte[] status = bytes(entry.status());
        byte[] name = bytes(entry.user().name());
        String avatarUrl = entry.user().avatarUrl();
        byte[] avatar = avatarUrl == null ? new byte[0] : bytes(avatarUrl);
        byte[] attributes = bytes(entry.user().attributes());
        int size = 1 + 16 + 8 + 4 + user.length + 4 + status.length + 8 + 4 + name.length + 4 + avatar.length;
        ByteBuffer out = ByteBuffer.allocate(size + attributes.length).put((byte) 'E');
        put(out, entry.session()).putLong(owner);
        put(put(out, user), status).putLong(entry.joinedMillis());
        put(out, name)
                .putInt(avatarUrl == null ? -1 : avatar.length)
                .put(avatar)
                .put(attributes);
        return out.array();
    }

    static byte[] left(SessionId session) {
        return put(ByteBuffer.allocate(17).put((byte) 'L'), session).array();
    }

    static byte[] statusSet(UserId user, String status) {
        byte[] key = key(user);
        byte[] text = bytes(status);
        return put(ByteBuffer.allocate(5 + key.length + text.length).put((byte) 'S'), key)
                .put(text)
                .array();
    }

    /** Reads to the end. */
    static PresenceChange read(ByteBuffer in) {
        byte kind = in.get();
        return switch (kind) {
            case 'E' -> value(session(in), in);
            case 'L' -> new Left(session(in));
            case 'S' -> new StatusSet(user(in), rest(in));
            default -> throw new IllegalArgumentException("change: " + kind + " (expected: E, L or S)");
        };
    }

    /** What is stored under a session. */
    static Entered value(SessionId session, ByteBuffer in) {
        long owner = in.getLong();
        UserId user = user(in);
        String status = text(in);
        long joinedMillis = in.getLong();
        String name = text(in);
        int avatar = in.getInt();
        String avatarUrl = avatar < 0 ? null : text(in, avatar);
        return new Entered(
                new Entry(session, new Profile(user, name, avatarUrl, rest(in)), joinedMillis, status), owner);
    }

    static SessionId session(ByteBuffer in) {
        return new SessionId(in.getLong(), in.getLong());
    }

    /** A user as the key that is unique. */
    static UserId userOf(String key) {
        int end = key.indexOf('\0');
        if (end < 0) throw new IllegalArgumentException("user: no realm (expected: realm NUL id)");
        return new UserId(key.substring(0, end), key.substring(end + 1));
    }

    private static UserId user(ByteBuffer in) {
        return userOf(text(in));
    }

    private static String text(ByteBuffer in) {
        return text(in, in.getInt());
    }

    private static String rest(ByteBuffer in) {
        return text(in, in.remaining());
    }

    private static String text(ByteBuffer in, int length) {
        if (length < 0 || length > in.remaining())
            throw new IllegalArgumentException("text: " + length + " bytes (expected: 0.." + in.remaining() + ")");
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] key(UserId user) {
        return bytes(user.realm() + '\0' + user.id());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ByteBuffer put(ByteBuffer out, SessionId session) {
        return out.putLong(session.incarnation()).putLong(session.serial());
    }

    private static ByteBuffer put(ByteBuffer out, byte[] text) {
        return out.putInt(text.length).put(text);
    }
}
