package earshot.gateway.engineio;

import earshot.dialect.Frame;

/**
 * What a client may send at any time (section "Protocol" of revision 4). Immutable.
 *
 * <p>The rest of the types are not among them: {@code 0} and {@code 6} are the server's to send, as is {@code 2} but for the word of a probe, and
 * {@code 5} means something on a probing WebSocket only.
 */
public sealed interface EnginePacket {
    record Message(Frame frame) implements EnginePacket {}

    record Pong() implements EnginePacket {}

    record Close() implements EnginePacket {}

    /** None of the three, or not readable. */
    record Broken() implements EnginePacket {}

    char CLOSE = '1';
    char PING = '2';
    char PONG = '3';
    char MESSAGE = '4';
    char UPGRADE = '5';
    char NOOP = '6';

    EnginePacket A_PONG = new Pong();
    EnginePacket A_CLOSE = new Close();
    EnginePacket BROKEN = new Broken();

    /** What a text says: a type, then the data of a message. */
    static EnginePacket of(byte[] text, int from, int to) {
        if (from >= to) return BROKEN;
        return switch (text[from]) {
            case MESSAGE -> new Message(Frame.text(java.util.Arrays.copyOfRange(text, from + 1, to)));
            case PONG -> A_PONG;
            case CLOSE -> A_CLOSE;
            default -> BROKEN;
        };
    }
}
