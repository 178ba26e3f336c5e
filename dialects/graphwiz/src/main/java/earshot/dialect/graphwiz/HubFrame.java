package earshot.dialect.graphwiz;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The original client's binary frame (protocols/graphwiz.md section 4.2): length of the id (1 byte), id (UTF-8), milliseconds (8, big endian), type (1), JSON.
 *
 * @param payloadAt where the JSON begins in the frame
 */
record HubFrame(String messageId, long timestampMillis, int type, int payloadAt) {
    private static final int FIXED = 10;
    /** Beyond it JavaScript counts no more. */
    private static final long MAX_TIMESTAMP = 1L << 53;

    private static final int MAX_ID_BYTES = 255;
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    /** Null when it is none, by the test of section 4.4, which no protobuf message of this schema passes. */
    static @Nullable HubFrame of(byte[] frame) {
        if (frame.length < FIXED) return null;
        int id = frame[0] & 0xff;
        if (frame.length < FIXED + id) return null;
        long timestamp = ByteBuffer.wrap(frame).getLong(1 + id);
        if (timestamp < 0 || timestamp >= MAX_TIMESTAMP || !isPayload(frame, FIXED + id)) return null;
        return new HubFrame(
                new String(frame, 1, id, StandardCharsets.UTF_8), timestamp, frame[9 + id] & 0xff, FIXED + id);
    }

    private static boolean isPayload(byte[] frame, int from) {
        int length = frame.length - from;
        if (length == 0) return true;
        if (frame[from] == '{' && frame[frame.length - 1] == '}' && length > 1) return true;
        return Arrays.equals(frame, from, frame.length, NULL, 0, NULL.length);
    }

    /** @param json an object */
    static byte[] bytes(String messageId, long timestampMillis, int type, byte[] json) {
        byte[] id = messageId.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(id.length, MAX_ID_BYTES);
        ByteBuffer frame = ByteBuffer.allocate(FIXED + length + json.length);
        frame.put((byte) length).put(id, 0, length);
        frame.putLong(Math.clamp(timestampMillis, 0, MAX_TIMESTAMP - 1)).put((byte) type);
        return frame.put(json).array();
    }
}
