package earshot.dialect.summit;

import earshot.dialect.Frame;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Frames to packets: one text frame each, and after a binary one its attachments, a binary frame each. Remembers only a packet whose attachments are on
 * their way, at most as many bytes as one message may have. For one thread.
 *
 * <p>What the reference parser closes the connection for is {@link Heard#MALFORMED}; in addition, an event without a name, a depth over the limit, and a
 * placeholder that names no attachment, which would end the connections of those who hear it.
 */
final class PacketDecoder {
    static final int MAX_ATTACHMENTS = 10;
    private static final int MAX_NAMESPACE_CHARS = 200;
    /** What a double, and so JavaScript, counts exactly. */
    private static final int MAX_ACK_DIGITS = 15;

    private static final int CONNECT = '0';
    private static final int DISCONNECT = '1';
    private static final int EVENT = '2';
    private static final int ACK = '3';
    private static final int BINARY_EVENT = '5';
    private static final int BINARY_ACK = '6';
    private static final Set<String> RESERVED =
            Set.of("connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener");

    private final int maxBytes;
    /** The packet that waits for attachments, and those that are here; null: none waits. */
    private byte @Nullable [] header;

    private final List<byte[]> attachments = new ArrayList<>(0);
    private int due;
    private int bytesHeld;

    PacketDecoder(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Whether a packet waits for its attachments. */
    boolean isWaiting() {
        return header != null;
    }

    Heard next(Frame frame) {
        return frame.kind() == Frame.Kind.TEXT ? onText(frame.bytes()) : onBinary(frame.bytes());
    }

    private Heard onText(byte[] text) {
        if (header != null) return Heard.MALFORMED;
        Heard heard = new Reading(text).packet();
        if (!(heard instanceof Heard.Incomplete)) return heard;
        if (text.length > maxBytes) return Heard.TOO_BIG;
        header = text;
        bytesHeld = text.length;
        return heard;
    }

    private Heard onBinary(byte[] attachment) {
        byte[] text = header;
        if (text == null) return Heard.MALFORMED;
        if (attachment.length > maxBytes - bytesHeld) return Heard.TOO_BIG;
        attachments.add(attachment);
        bytesHeld += attachment.length;
        if (attachments.size() < due) return Heard.INCOMPLETE;
        List<byte[]> all = List.copyOf(attachments);
        header = null;
        attachments.clear();
        return new Reading(text).whole(all);
    }

    // ---- one text

    /** Goes through the text from the left: type, attachments, namespace, ack id, JSON. */
    private final class Reading {
        private final byte[] text;
        private int at;
        private String namespace = Packets.MAIN;
        private long ackId = Packets.NO_ACK;

        Reading(byte[] text) {
            this.text = text;
        }

        Heard packet() {
            if (text.length == 0) return Heard.MALFORMED;
            int type = text[at++];
            boolean binary = type == BINARY_EVENT || type == BINARY_ACK;
            if (binary && !attachmentCount()) return Heard.MALFORMED;
            if (!head()) return Heard.MALFORMED;
            Heard heard = body(type, List.of());
            if (!binary || heard instanceof Heard.Malformed) return heard;
            return JsonReader.hasSoundPlaceholders(text, at, due) ? Heard.INCOMPLETE : Heard.MALFORMED;
        }

        /** A second time, now that the attachments are here: rather than keep what was read while they are awaited. */
        Heard whole(List<byte[]> all) {
            int type = text[at++];
            return attachmentCount() && head() ? body(type, all) : Heard.MALFORMED;
        }

        private Heard body(int type, List<byte[]> all) {
            return switch (type) {
                case CONNECT -> connect();
                case DISCONNECT -> at == text.length ? new Heard.Disconnect(namespace) : Heard.MALFORMED;
                case EVENT, BINARY_EVENT -> event(all);
                case ACK, BINARY_ACK -> ack(all);
                default -> Heard.MALFORMED; // also CONNECT_ERROR, which is the server's word
            };
        }

        private boolean attachmentCount() {
            int count = 0;
            int from = at;
            while (at < text.length && isDigit(text[at]) && at - from < 3) count = count * 10 + text[at++] - '0';
            if (at == from || at == text.length || text[at++] != '-') return false;
            due = count;
            return count >= 1 && count <= MAX_ATTACHMENTS;
        }

        private boolean head() {
            if (at < text.length && text[at] == '/' && !namespace()) return false;
            int from = at;
            long id = 0;
            while (at < text.length && isDigit(text[at])) {
                if (at - from == MAX_ACK_DIGITS) return false;
                id = id * 10 + text[at++] - '0';
            }
            if (at > from) ackId = id;
            return true;
        }

        private boolean namespace() {
            int from = at;
            while (at < text.length && text[at] != ',') at++;
            namespace = new String(text, from, at - from, StandardCharsets.UTF_8);
            if (at < text.length) at++;
            return namespace.length() <= MAX_NAMESPACE_CHARS;
        }

        private Heard connect() {
            if (at == text.length) return new Heard.Connect(namespace, Members.NONE);
            Members auth = JsonReader.object(text, at);
            return auth == null ? Heard.MALFORMED : new Heard.Connect(namespace, auth);
        }

        private Heard event(List<byte[]> all) {
            JsonReader.Arguments read = JsonReader.arguments(text, at);
            if (read == null || read.values().isEmpty()) return Heard.MALFORMED;
            Slice named = read.values().get(0);
            String name = named.is(Slice.Kind.NUMBER) ? named.raw() : named.text();
            if (name == null || RESERVED.contains(name)) return Heard.MALFORMED;
            List<Slice> arguments = read.values().subList(1, read.values().size());
            return new Heard.Event(namespace, ackId, name, arguments, read.second(), all);
        }

        private Heard ack(List<byte[]> all) {
            JsonReader.Arguments read = JsonReader.arguments(text, at);
            return read == null || ackId == Packets.NO_ACK
                    ? Heard.MALFORMED
                    : new Heard.Ack(namespace, ackId, read.values(), all);
        }

        private static boolean isDigit(byte b) {
            return b >= '0' && b <= '9';
        }
    }

    // ---- freeze and thaw

    void freeze(DataOutput out) throws IOException {
        out.writeInt(header == null ? -1 : header.length);
        if (header == null) return;
        out.write(header);
        out.writeByte(attachments.size());
        for (byte[] attachment : attachments) {
            out.writeInt(attachment.length);
            out.write(attachment);
        }
    }

    static PacketDecoder thaw(int maxBytes, DataInput in) throws IOException {
        PacketDecoder thawed = new PacketDecoder(maxBytes);
        int length = in.readInt();
        if (length < 0) return thawed;
        if (!(thawed.onText(thawed.read(length, in)) instanceof Heard.Incomplete))
            throw new IOException("packet: not a binary one");
        int here = in.readUnsignedByte();
        for (int i = 0; i < here; i++) {
            if (!(thawed.onBinary(thawed.read(in.readInt(), in)) instanceof Heard.Incomplete))
                throw new IOException("attachments: more than are due");
        }
        return thawed;
    }

    private byte[] read(int length, DataInput in) throws IOException {
        if (length < 0 || length > maxBytes) throw new IOException("packet: " + length + " bytes");
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }
}
