package earshot.gateway.testkit;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One client of a {@link Swarm}. Confined to the swarm's thread. */
public final class SwarmClient {
    private static final int CONTINUATION = 0;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final byte[] NOTHING = {};

    private final Swarm swarm;
    private final Swarm.Ear ear;
    private final int receiveBufferBytes;
    private final byte[] request;
    private final ArrayDeque<ByteBuffer> toWrite = new ArrayDeque<>(2);
    private @Nullable SocketChannel channel;
    private @Nullable SelectionKey key;
    /** An incomplete frame or answer. */
    private byte[] rest = NOTHING;

    private byte[] message = NOTHING;
    private boolean dialled;
    private boolean open;
    private boolean ended;
    private boolean stalled;
    private String code = "cut";

    SwarmClient(Swarm swarm, String request, int receiveBufferBytes, Swarm.Ear ear) {
        this.swarm = swarm;
        this.request = request.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        this.receiveBufferBytes = receiveBufferBytes;
        this.ear = ear;
    }

    // What it does

    public boolean isOpen() {
        return open && !ended;
    }

    /** Nothing is written when it has ended. */
    public void text(String text) {
        write(RawWebSocketClient.frame(RawWebSocketClient.TEXT, text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Whether it takes nothing from its socket any more; then it does not notice its end either. */
    public void stall(boolean on) {
        stalled = on;
        interest();
    }

    public boolean isStalled() {
        return stalled;
    }

    /** As a process that died: a reset, and {@link Swarm.Ear#ended} is not called. */
    public void cut() {
        if (ended) return;
        try {
            if (channel != null) channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException alreadyClosed) {
            // then it is cut
        }
        abandon();
    }

    // What happens to it

    void dial() {
        try {
            SocketChannel made = SocketChannel.open();
            channel = made;
            made.configureBlocking(false);
            made.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (receiveBufferBytes > 0) made.setOption(StandardSocketOptions.SO_RCVBUF, receiveBufferBytes);
            boolean already = made.connect(swarm.server());
            key = made.register(swarm.selector(), SelectionKey.OP_CONNECT, this);
            if (already) connected();
        } catch (IOException e) {
            end();
        }
    }

    private void connected() throws IOException {
        if (channel == null || !channel.finishConnect()) return;
        hasDialled();
        toWrite.add(ByteBuffer.wrap(request));
        flush();
    }

    private void hasDialled() {
        if (dialled) return;
        dialled = true;
        swarm.hasDialled();
    }

    void onReady(SelectionKey ready) {
        try {
            if (ready.isConnectable()) connected();
            if (ready.isValid() && ready.isWritable()) flush();
            if (ready.isValid() && ready.isReadable()) read();
        } catch (IOException reset) {
            end();
        }
    }

    private void read() throws IOException {
        if (channel == null) return;
        ByteBuffer in = swarm.read.clear();
        int count = channel.read(in);
        if (count < 0) {
            end();
            return;
        }
        byte[] bytes = Arrays.copyOf(rest, rest.length + count);
        in.flip().get(bytes, rest.length, count);
        int taken = open ? 0 : takeAnswer(bytes);
        if (open) taken = takeFrames(bytes, taken);
        rest = taken == bytes.length ? NOTHING : Arrays.copyOfRange(bytes, taken, bytes.length);
    }

    /** How many bytes the answer to the upgrade has; 0: it is not whole. */
    private int takeAnswer(byte[] bytes) {
        String head = new String(bytes, 0, Math.min(bytes.length, 4096), StandardCharsets.ISO_8859_1);
        int end = head.indexOf("\r\n\r\n");
        if (end < 0) return 0;
        String status = head.substring(9, 12);
        if (!status.equals("101")) {
            code = "refused " + status;
            end();
            return bytes.length;
        }
        open = true;
        ear.opened(this);
        return end + 4;
    }

    private int takeFrames(byte[] bytes, int from) throws IOException {
        int at = from;
        while (!ended && bytes.length - at >= 2) {
            int marker = bytes[at + 1] & 0x7F;
            int head = marker < 126 ? 2 : marker == 126 ? 4 : 10;
            if (bytes.length - at < head) break;
            ByteBuffer length = ByteBuffer.wrap(bytes, at + 2, head - 2);
            long size = marker < 126 ? marker : marker == 126 ? length.getShort() & 0xFFFF : length.getLong();
            if (bytes.length - at - head < size) break;
            byte[] payload = Arrays.copyOfRange(bytes, at + head, at + head + (int) size);
            onFrame(bytes[at] & 0x0F, (bytes[at] & 0x80) != 0, payload);
            at += head + (int) size;
        }
        return ended ? bytes.length : at;
    }

    private void onFrame(int opcode, boolean fin, byte[] payload) throws IOException {
        switch (opcode) {
            case PING -> write(RawWebSocketClient.frame(PONG, payload));
            case PONG -> {}
            case CLOSE -> {
                code = payload.length < 2
                        ? "1005"
                        : Integer.toString(ByteBuffer.wrap(payload).getShort() & 0xFFFF);
                write(RawWebSocketClient.frame(CLOSE, payload));
            }
            default -> {
                if (fin && opcode != CONTINUATION) ear.heard(this, payload);
                else onPart(fin, payload);
            }
        }
    }

    private void onPart(boolean fin, byte[] payload) {
        byte[] whole = RawWebSocketClient.join(message, payload);
        message = fin ? NOTHING : whole;
        if (fin) ear.heard(this, whole);
    }

    private void write(byte[] bytes) {
        if (ended) return;
        toWrite.add(ByteBuffer.wrap(bytes));
        if (toWrite.size() > 1) return;
        try {
            flush();
        } catch (IOException reset) {
            // What came before the reset is still read; the end shows itself there.
            toWrite.clear();
        }
    }

    private void flush() throws IOException {
        if (channel == null) return;
        for (ByteBuffer next = toWrite.peek(); next != null; next = toWrite.peek()) {
            channel.write(next);
            if (next.hasRemaining()) break;
            toWrite.remove();
        }
        interest();
    }

    private void interest() {
        if (key == null || !key.isValid() || !dialled) return;
        key.interestOps((stalled ? 0 : SelectionKey.OP_READ) | (toWrite.isEmpty() ? 0 : SelectionKey.OP_WRITE));
    }

    private void end() {
        if (ended) return;
        abandon();
        hasDialled();
        ear.ended(this, code);
    }

    void abandon() {
        ended = true;
        toWrite.clear();
        try {
            if (channel != null) channel.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
