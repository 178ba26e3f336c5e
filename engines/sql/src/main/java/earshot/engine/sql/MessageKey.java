package earshot.engine.sql;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** A message id as the file keeps it: 16 bytes for a UUID in its usual spelling, the UTF-8 text behind a byte or two for everything else. */
final class MessageKey {
    private static final int UUID_CHARS = 36;
    private static final int UUID_BYTES = 16;

    private MessageKey() {}

    static byte[] of(String id) {
        if (id.length() == UUID_CHARS && id.charAt(8) == '-') {
            try {
                UUID uuid = UUID.fromString(id);
                if (uuid.toString().equals(id)) return bytes(uuid);
            } catch (IllegalArgumentException _) {
                // Only looks like one.
            }
        }
        byte[] text = id.getBytes(StandardCharsets.UTF_8);
        // Never 16 bytes long: the first byte says how many stand in front.
        int front = text.length + 1 == UUID_BYTES ? 2 : 1;
        byte[] key = new byte[front + text.length];
        key[0] = (byte) front;
        System.arraycopy(text, 0, key, front, text.length);
        return key;
    }

    static String id(byte[] key) {
        if (key.length == UUID_BYTES) {
            ByteBuffer buffer = ByteBuffer.wrap(key);
            return new UUID(buffer.getLong(), buffer.getLong()).toString();
        }
        int front = key[0];
        return new String(key, front, key.length - front, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(UUID uuid) {
        return ByteBuffer.allocate(UUID_BYTES)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array();
    }
}
