package earshot.dialect.summit;

import earshot.core.message.Body;
import earshot.core.message.Message;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client sent into a room, as it is kept: its JSON byte for byte, its attachments, and whether it is to be replayed to those who join later. A
 * passing message has its place in the log like any other, so that order and recovery are the same; nobody who joins later is shown it.
 *
 * @param json empty: the client left it out
 */
record Payload(byte[] json, List<byte[]> attachments, boolean persistent) {
    private static final String JSON = "application/json";
    private static final String WITH_ATTACHMENTS = "application/vnd.socket.io";
    private static final String PERSISTENT = "; persistent";
    private static final byte[] NONE = {};
    private static final List<String> TEXT_MEMBERS = List.of("text", "content", "message");

    static Payload of(@Nullable Slice sent, List<byte[]> attachments, boolean persistent) {
        return new Payload(sent == null ? NONE : sent.bytes(), attachments, persistent);
    }

    Body body() {
        String kind = attachments.isEmpty() ? JSON : WITH_ATTACHMENTS;
        return new Body(
                SummitDialect.NAME, persistent ? kind + PERSISTENT : kind, attachments.isEmpty() ? json : packed());
    }

    /** Null: the message was written in another dialect, or by the server API. */
    static @Nullable Payload in(Message message) {
        Body body = message.body();
        if (body == null || !body.dialect().equals(SummitDialect.NAME)) return null;
        boolean persistent = body.mediaType().endsWith(PERSISTENT);
        if (!body.mediaType().startsWith(WITH_ATTACHMENTS)) return new Payload(body.bytes(), List.of(), persistent);
        return unpacked(body.bytes(), persistent);
    }

    /** Whether who joins later is shown it. What others than summit's clients wrote is. */
    static boolean isReplayed(Message message) {
        Body body = message.body();
        return body == null
                || !body.dialect().equals(SummitDialect.NAME)
                || body.mediaType().endsWith(PERSISTENT);
    }

    /** What people of other dialects read (DECISIONS 14): the string itself, else the first of three members that is one, else the JSON. */
    static String text(@Nullable Slice sent) {
        if (sent == null || sent.is(Slice.Kind.NULL)) return "";
        if (sent.text() != null) return sent.text();
        if (sent.is(Slice.Kind.OBJECT)) {
            Members members = JsonReader.members(sent);
            for (String name : TEXT_MEMBERS) {
                String text = members.string(name);
                if (text != null) return text;
            }
        }
        return sent.raw();
    }

    // ---- with attachments: each length before its bytes, the JSON first

    private byte[] packed() {
        int size = 4 + json.length;
        for (byte[] attachment : attachments) size += 4 + attachment.length;
        ByteBuffer out = ByteBuffer.allocate(size).putInt(json.length).put(json);
        for (byte[] attachment : attachments) out.putInt(attachment.length).put(attachment);
        return out.array();
    }

    /** Null: not what {@link #packed} wrote. */
    private static @Nullable Payload unpacked(byte[] bytes, boolean persistent) {
        List<byte[]> parts = new ArrayList<>();
        int at = 0;
        while (at + 4 <= bytes.length) {
            int length = ByteBuffer.wrap(bytes).getInt(at);
            if (length < 0 || length > bytes.length - at - 4) return null;
            parts.add(Arrays.copyOfRange(bytes, at + 4, at + 4 + length));
            at += 4 + length;
        }
        boolean whole = at == bytes.length && !parts.isEmpty() && parts.size() <= PacketDecoder.MAX_ATTACHMENTS + 1;
        return whole ? new Payload(parts.get(0), List.copyOf(parts.subList(1, parts.size())), persistent) : null;
    }
}
