package earshot.gateway.engineio;

import earshot.dialect.Frame;
import java.util.Arrays;
import java.util.Base64;

/**
 * The packets of a POST's body, one at a time: between two of them a {@code 0x1e}, binary messages as {@code b} and base64 (section "HTTP
 * long-polling"). Holds nothing but the body. For one thread at a time.
 */
public final class PayloadReader {
    public static final byte SEPARATOR = 0x1e;
    public static final byte BINARY = 'b';

    private final byte[] body;
    private int at;

    /** @param body valid UTF-8 */
    public PayloadReader(byte[] body) {
        this.body = body;
    }

    public boolean hasNext() {
        return at <= body.length;
    }

    /** How many bytes have been read. */
    public int position() {
        return Math.min(at, body.length);
    }

    /** The next packet; after a broken one there is none. */
    public EnginePacket next() {
        int from = at;
        int to = from;
        while (to < body.length && body[to] != SEPARATOR) to++;
        at = to + 1;
        EnginePacket packet =
                from < to && body[from] == BINARY ? binary(from + 1, to) : EnginePacket.of(body, from, to);
        if (packet instanceof EnginePacket.Broken) at = body.length + 1;
        return packet;
    }

    private EnginePacket binary(int from, int to) {
        try {
            byte[] bytes = Base64.getDecoder().decode(Arrays.copyOfRange(body, from, to));
            return new EnginePacket.Message(Frame.binary(bytes));
        } catch (IllegalArgumentException e) {
            return EnginePacket.BROKEN;
        }
    }
}
