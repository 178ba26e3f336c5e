package earshot.gateway;

import earshot.dialect.Frame;

/** What a client gets inside a WebSocket message besides its dialect's own words. */
enum Envelope {
    BARE,
    /** A text is an Engine.IO packet of type <i>message</i>, {@value #MESSAGE} before its words; a binary message goes as it is. */
    ENGINE_IO;

    static final char MESSAGE = '4';

    /** Whether a message of this kind begins with a type. */
    boolean types(Frame.Kind kind) {
        return this == ENGINE_IO && kind == Frame.Kind.TEXT;
    }

    /** The type and the words. */
    static byte[] typed(byte[] payload) {
        byte[] packet = new byte[payload.length + 1];
        packet[0] = MESSAGE;
        System.arraycopy(payload, 0, packet, 1, payload.length);
        return packet;
    }
}
