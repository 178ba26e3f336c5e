package earshot.dialect.graphwiz;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What travels through a room as {@link earshot.core.message.Event.Relayed}: a message as its sender wrote it, and what the room needs to know of it without
 * reading it.
 *
 * @param sender the client that said it; empty: the server
 * @param messageId as acknowledgements name it
 * @param startNanos when it was received, by the clock of its node; 0: nobody measures it
 */
record Packet(Framing framing, String sender, String messageId, long timestampMillis, long startNanos, byte[] raw) {
    private static final int FIXED = 1 + 2 + 2 + 8 + 8;

    static Packet ofServer(String messageId, long timestampMillis, byte[] protobuf) {
        return new Packet(Framing.PROTOBUF, "", messageId, timestampMillis, 0, protobuf);
    }

    byte[] bytes() {
        byte[] from = sender.getBytes(StandardCharsets.UTF_8);
        byte[] id = messageId.getBytes(StandardCharsets.UTF_8);
        ByteBuffer to = ByteBuffer.allocate(FIXED + from.length + id.length + raw.length);
        to.put((byte) framing.number).putLong(timestampMillis).putLong(startNanos);
        to.putShort((short) from.length).put(from).putShort((short) id.length).put(id);
        return to.put(raw).array();
    }

    /** Null when they were not made by {@link #bytes}. */
    static @Nullable Packet of(byte[] bytes) {
        if (bytes.length < FIXED || bytes[0] < 0 || bytes[0] > Framing.TEXT.number) return null;
        ByteBuffer from = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
        long timestamp = from.getLong();
        long start = from.getLong();
        String sender = text(from);
        String id = sender == null ? null : text(from);
        if (sender == null || id == null) return null;
        return new Packet(
                Framing.at(bytes[0]),
                sender,
                id,
                timestamp,
                start,
                Arrays.copyOfRange(bytes, from.position(), bytes.length));
    }

    /** When the message was received; 0: nobody measures it. */
    static long startNanos(byte[] bytes) {
        return bytes.length < FIXED ? 0 : ByteBuffer.wrap(bytes).getLong(9);
    }

    private static @Nullable String text(ByteBuffer from) {
        if (from.remaining() < 2) return null;
        int length = from.getShort() & 0xffff;
        if (from.remaining() < length) return null;
        byte[] text = new byte[length];
        from.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Packet p && Arrays.equals(bytes(), p.bytes());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes());
    }

    /** Without the payload. */
    @Override
    public String toString() {
        return framing + " of " + sender + " " + raw.length + " bytes";
    }
}
