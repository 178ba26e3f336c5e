package earshot.dialect.summit;

import earshot.dialect.Frame;
import earshot.dialect.JsonBytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Packets of the server as frames (revision 5 of https://github.com/socketio/socket.io-protocol). Without state. */
final class Packets {
    /** The namespace that needs no name. */
    static final String MAIN = "/";

    static final long NO_ACK = -1;

    private Packets() {}

    /** A packet's text up to its JSON. */
    static JsonBytes start(char type, String namespace, long ackId, int expectedBytes) {
        JsonBytes packet = new JsonBytes(expectedBytes + namespace.length() + 24).raw(type);
        return head(packet, namespace, ackId);
    }

    private static JsonBytes head(JsonBytes packet, String namespace, long ackId) {
        if (!namespace.equals(MAIN))
            packet.raw(namespace.getBytes(StandardCharsets.UTF_8)).raw(',');
        return ackId == NO_ACK ? packet : packet.number(ackId);
    }

    /** As {@link #start}, with the count of attachments; none: as an event without. */
    static JsonBytes startEvent(String namespace, long ackId, int attachments, int expectedBytes) {
        return attachments == 0
                ? start('2', namespace, ackId, expectedBytes)
                : startBinary('5', namespace, ackId, attachments, expectedBytes);
    }

    static JsonBytes startAck(String namespace, long ackId, int attachments, int expectedBytes) {
        return attachments == 0
                ? start('3', namespace, ackId, expectedBytes)
                : startBinary('6', namespace, ackId, attachments, expectedBytes);
    }

    private static JsonBytes startBinary(char type, String namespace, long ackId, int attachments, int expectedBytes) {
        JsonBytes packet = new JsonBytes(expectedBytes + namespace.length() + 24);
        return head(packet.raw(type).number(attachments).raw('-'), namespace, ackId);
    }

    static Frame connected(String namespace, String sid, String pid) {
        JsonBytes packet = start('0', namespace, NO_ACK, 100).raw("{\"sid\":").string(sid);
        if (!pid.isEmpty()) packet.raw(",\"pid\":").string(pid);
        return Frame.text(packet.raw('}').done());
    }

    static Frame connectError(String namespace, String message, String code) {
        return Frame.text(start('4', namespace, NO_ACK, 100)
                .raw("{\"message\":")
                .string(message)
                .raw(",\"data\":{\"code\":")
                .string(code)
                .raw("}}")
                .done());
    }

    /** The reference's words, and nothing more. */
    static Frame invalidNamespace(String namespace) {
        return Frame.text(start('4', namespace, NO_ACK, 40)
                .raw("{\"message\":\"Invalid namespace\"}")
                .done());
    }

    static Frame disconnect(String namespace) {
        return Frame.text(start('1', namespace, NO_ACK, 8).done());
    }

    /** The answer to a client's event: one argument, JSON. */
    static Frame ack(String namespace, long ackId, byte[] argument) {
        return Frame.text(start('3', namespace, ackId, argument.length + 2)
                .raw('[')
                .raw(argument)
                .raw(']')
                .done());
    }

    /** An event with one argument and what may follow it inside of the array. */
    static Frame event(String namespace, String name, byte[] argument, byte[] after) {
        return Frame.text(start('2', namespace, NO_ACK, name.length() + argument.length + after.length + 8)
                .raw('[')
                .string(name)
                .raw(',')
                .raw(argument)
                .raw(after)
                .raw(']')
                .done());
    }

    /** One message: its text, and behind it what its placeholders stand for. */
    static List<Frame> message(JsonBytes text, List<byte[]> attachments) {
        Frame first = Frame.text(text.done());
        if (attachments.isEmpty()) return List.of(first);
        List<Frame> all = new ArrayList<>(attachments.size() + 1);
        all.add(first);
        for (byte[] attachment : attachments) all.add(Frame.binary(attachment));
        return all;
    }
}
