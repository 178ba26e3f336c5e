package earshot.gateway.testkit;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A blocking WebSocket client that sends what it is told to, legal or not, and reads frames as they come. Every wait ends after
 * {@link RawHttp#PATIENCE_MILLIS}. Not thread-safe, except that one thread may send while another reads.
 */
public final class RawWebSocketClient implements AutoCloseable {
    public static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    private static final byte[] MASK = {0x12, (byte) 0xF4, 0x56, (byte) 0x78};

    private final RawHttp http;
    private final DataInputStream in;
    private final RawHttp.Answer upgrade;
    private int packedFrames;

    /** A frame from the server; {@code end} for the end of the connection. */
    public record Received(int opcode, boolean fin, byte[] payload) {
        public static final Received END = new Received(-1, true, new byte[0]);

        public boolean isEnd() {
            return opcode == -1;
        }

        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        /** Of a close frame; 1005 when it has none. */
        public int closeCode() {
            return payload.length < 2 ? 1005 : ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF);
        }

        @Override
        public boolean equals(Object o) {
            return o instanceof Received r && r.opcode == opcode && r.fin == fin && Arrays.equals(r.payload, payload);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(payload) * 31 + opcode;
        }

        @Override
        public String toString() {
            String words = payload.length > 80 ? payload.length + " bytes" : text();
            return isEnd() ? "end" : "frame " + opcode + (fin ? "" : "+") + " " + words;
        }
    }

    /** Connects and upgrades; the answer is at {@link #upgrade}, whatever it is. */
    public RawWebSocketClient(InetSocketAddress server, String target, String... headers) throws IOException {
        this(new RawHttp(server), target, headers);
    }

    /** Upgrades a connection. */
    public RawWebSocketClient(RawHttp connected, String target, String... headers) throws IOException {
        this(connected.send(request(target, headers)));
    }

    /** Over a connection that the upgrade request was sent on. */
    public RawWebSocketClient(RawHttp asked) throws IOException {
        http = asked;
        in = new DataInputStream(http.in());
        upgrade = http.answer();
    }

    /** An upgrade request as text. Headers are names and values in turn, and are added to the usual ones. */
    public static String request(String target, String... headers) {
        var text =
                new StringBuilder("GET " + target + " HTTP/1.1\nHost: test\nUpgrade: websocket\nConnection: Upgrade\n"
                        + "Sec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n");
        for (int i = 0; i < headers.length; i += 2) {
            text.append(headers[i]).append(": ").append(headers[i + 1]).append('\n');
        }
        return text.append('\n').toString();
    }

    public RawHttp.Answer upgrade() {
        return upgrade;
    }

    public RawHttp http() {
        return http;
    }

    public RawWebSocketClient send(byte[] bytes) throws IOException {
        http.send(bytes);
        return this;
    }

    public RawWebSocketClient text(String text) throws IOException {
        return send(frame(TEXT, text.getBytes(StandardCharsets.UTF_8)));
    }

    public RawWebSocketClient close(int code) throws IOException {
        return send(frame(CLOSE, closePayload(code, "")));
    }

    /** A whole, masked frame. */
    public static byte[] frame(int opcode, byte... payload) {
        return frame(0x80 | opcode, true, payload);
    }

    /** A masked frame whose message goes on. */
    public static byte[] fragment(int opcode, byte... payload) {
        return frame(opcode, true, payload);
    }

    /**
     * Any frame with its shortest length.
     *
     * @param first the first byte: fin, reserved bits, opcode
     */
    public static byte[] frame(int first, boolean masked, byte[] payload) {
        int marker = payload.length < 126 ? payload.length : payload.length <= 0xFFFF ? 126 : 127;
        int lengthBytes = marker < 126 ? 0 : marker == 126 ? 2 : 8;
        ByteBuffer out = ByteBuffer.allocate(2 + lengthBytes + (masked ? 4 : 0) + payload.length);
        out.put((byte) first).put((byte) (masked ? 0x80 | marker : marker));
        if (lengthBytes == 2) out.putShort((short) payload.length);
        if (lengthBytes == 8) out.putLong(payload.length);
        if (masked) out.put(MASK);
        for (int i = 0; i < payload.length; i++) out.put((byte) (masked ? payload[i] ^ MASK[i & 3] : payload[i]));
        return out.array();
    }

    public static byte[] closePayload(int code, String reason) {
        byte[] words = reason.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(2 + words.length)
                .putShort((short) code)
                .put(words)
                .array();
    }

    public static byte[] join(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) all.writeBytes(part);
        return all.toByteArray();
    }

    /** The next frame, unpacked; {@link Received#END} when the server ends the connection instead. A masked frame from the server is an error. */
    public Received read() throws IOException {
        try {
            int b0 = in.readUnsignedByte();
            int b1 = in.readUnsignedByte();
            if ((b1 & 0x80) != 0) throw new AssertionError("the server masked a frame");
            long length = b1 & 0x7F;
            if (length == 126) length = in.readUnsignedShort();
            else if (length == 127) length = in.readLong();
            byte[] payload = new byte[Math.toIntExact(length)];
            in.readFully(payload);
            if ((b0 & 0x70) != 0) payload = unpack(b0, payload);
            return new Received(b0 & 0x0F, (b0 & 0x80) != 0, payload);
        } catch (EOFException | SocketException e) {
            return Received.END;
        }
    }

    private byte[] unpack(int first, byte[] payload) {
        boolean may = (first & 0x70) == 0x40 && isPacking() && (first & 0x0F) < CLOSE;
        if (!may) throw new AssertionError("the server set reserved bits: " + Integer.toHexString(first));
        packedFrames++;
        return Packing.unpack(payload);
    }

    /** Whether permessage-deflate was negotiated. */
    public boolean isPacking() {
        return upgrade.header("sec-websocket-extensions").startsWith("permessage-deflate");
    }

    /** Frames read so far that were packed. */
    public int packedFrames() {
        return packedFrames;
    }

    /** The next frame that is no ping. */
    public Received readPastPings() throws IOException {
        Received next = read();
        while (next.opcode == PING) next = read();
        return next;
    }

    @Override
    public void close() throws IOException {
        http.close();
    }
}
