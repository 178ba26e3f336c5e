package earshot.dialect.summit;

import java.util.List;

/** One whole packet of a client (revision 5 of https://github.com/socketio/socket.io-protocol), attachments included. */
sealed interface Heard {
    /** The packet's text is not of the protocol: the connection is closed, as the reference parser does. */
    Malformed MALFORMED = new Malformed();

    /** An attachment is still to come. */
    Incomplete INCOMPLETE = new Incomplete();

    /** More than one message of this connection may be. */
    TooBig TOO_BIG = new TooBig();

    record Connect(String namespace, Members auth) implements Heard {}

    record Disconnect(String namespace) implements Heard {}

    /**
     * @param ackId {@link Packets#NO_ACK}: none is wanted
     * @param name of the event; a number is its digits
     * @param arguments without the name
     * @param first the members of the first argument, where that is an object
     */
    record Event(
            String namespace, long ackId, String name, List<Slice> arguments, Members first, List<byte[]> attachments)
            implements Heard {}

    record Ack(String namespace, long ackId, List<Slice> arguments, List<byte[]> attachments) implements Heard {}

    record Malformed() implements Heard {}

    record Incomplete() implements Heard {}

    record TooBig() implements Heard {}
}
