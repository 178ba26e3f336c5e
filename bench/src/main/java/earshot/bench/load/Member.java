package earshot.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One connected client: its upgrade, and then its frames. On the loop of its generator only. May connect again after it was closed, which is why
 * Netty must think that it is shared: it is in one pipeline at a time.
 */
@ChannelHandler.Sharable
final class Member extends ChannelInboundHandlerAdapter implements FrameReader.Sink {
    private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};
    private static final int LONGEST_HEAD = 16 << 10;

    /** In the plan, and in its generator. */
    final int index;

    final int slot;
    final int room;
    /** Whether it stays and reads all the time; only then its latencies count, and only then it is waited for. */
    final boolean isSteady;

    private final Audience audience;
    private FrameReader frames = new FrameReader();
    private State state = State.CLOSED;
    private @Nullable Channel channel;
    private byte[] head = {};
    private String goodbye = "";
    private long began;

    private enum State {
        CLOSED,
        UPGRADING,
        OPEN,
        READY
    }

    /** Who is told what members hear. */
    interface Audience {
        void upgraded(Member member, long tookNanos);

        void welcomed(Member member, long tookNanos);

        /** It did not get in. */
        void failed(Member member, String reason);

        /** It was in, and the connection ended. */
        void closed(Member member, String reason);

        void bytes(int count);

        /** A text or binary frame; the bytes are lent for the call. */
        void heard(Member member, byte[] bytes, int from, int end);

        /** Where incoming bytes are put together: {@link FrameReader#MOST_REST} before them, and {@link SharedReads#BYTES}. */
        byte[] scratch();

        /** What was read ends in the middle of a frame. */
        void partial(Member member);

        long nanoTime();
    }

    Member(int index, int slot, int room, boolean isSteady, Audience audience) {
        this.index = index;
        this.slot = slot;
        this.room = room;
        this.isSteady = isSteady;
        this.audience = audience;
    }

    /** A connection attempt begins. */
    void begins() {
        frames = new FrameReader();
        head = new byte[0];
        goodbye = "";
        began = audience.nanoTime();
        state = State.UPGRADING;
    }

    boolean isReady() {
        return state == State.READY;
    }

    @Override
    public boolean isOpen() {
        return state == State.OPEN || state == State.READY;
    }

    boolean isClosed() {
        return state == State.CLOSED;
    }

    @Nullable
    Channel channel() {
        return channel;
    }

    /** It is in its room. */
    void isWelcome() {
        if (state != State.OPEN) return;
        state = State.READY;
        audience.welcomed(this, audience.nanoTime() - began);
    }

    /** Says nothing of it: we wanted it. */
    void leave() {
        state = State.CLOSED;
        if (channel != null) channel.close();
    }

    /** The attempt came to nothing. */
    void fail(String reason) {
        if (state == State.CLOSED) return;
        boolean wasIn = state == State.READY;
        state = State.CLOSED;
        if (wasIn) audience.closed(this, reason);
        else audience.failed(this, reason);
        if (channel != null) channel.close();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            audience.bytes(in.readableBytes());
            if (state == State.UPGRADING) upgrade(in);
            else if (isOpen()) read(in);
        } finally {
            in.release();
        }
    }

    private void read(ByteBuf in) {
        int read = in.readableBytes();
        in.readBytes(audience.scratch(), FrameReader.MOST_REST, read);
        read(read);
        if (frames.isPartial()) audience.partial(this);
    }

    /** Takes the frames out of so many bytes that are in the scratch. */
    void read(int bytes) {
        frames.read(audience.scratch(), FrameReader.MOST_REST, FrameReader.MOST_REST + bytes, this);
    }

    boolean isPartial() {
        return frames.isPartial();
    }

    /** Goes on from what another reader has kept, and gives its own, which has kept nothing. */
    FrameReader goOnFrom(FrameReader other) {
        FrameReader mine = frames;
        frames = other;
        return mine;
    }

    private void upgrade(ByteBuf in) {
        byte[] more = new byte[head.length + in.readableBytes()];
        System.arraycopy(head, 0, more, 0, head.length);
        int end = -1;
        int at = head.length;
        while (in.isReadable() && end < 0) {
            more[at++] = in.readByte();
            if (at >= 4 && isEndOfHead(more, at)) end = at;
        }
        head = more;
        if (end < 0) {
            if (head.length > LONGEST_HEAD) fail("no answer to the upgrade, but " + head.length + " bytes");
            return;
        }
        answered(new String(more, 0, end, StandardCharsets.ISO_8859_1));
        if (isOpen() && in.isReadable()) read(in);
    }

    private static boolean isEndOfHead(byte[] bytes, int end) {
        for (int i = 0; i < 4; i++) {
            if (bytes[end - 4 + i] != END_OF_HEAD[i]) return false;
        }
        return true;
    }

    private void answered(String answer) {
        if (!answer.startsWith("HTTP/1.1 101")) {
            fail(answer.lines().findFirst().orElse("").replaceFirst("^HTTP/1.[01] ", ""));
        } else if (!answer.contains(UpgradeRequest.ACCEPT)) {
            fail("wrong Sec-WebSocket-Accept");
        } else {
            head = new byte[0];
            state = State.OPEN;
            audience.upgraded(this, audience.nanoTime() - began);
        }
    }

    @Override
    public void frame(int opcode, byte[] bytes, int from, int end) {
        switch (opcode) {
            case 0, FrameReader.TEXT, FrameReader.BINARY -> audience.heard(this, bytes, from, end);
            case FrameReader.PING -> pong(bytes, from, end);
            case FrameReader.CLOSE -> goodbye = goodbye(bytes, from, end);
            default -> {}
        }
    }

    private void pong(byte[] bytes, int from, int end) {
        Channel open = channel;
        if (open != null) open.writeAndFlush(ClientFrames.pong(open.alloc(), bytes, from, end), open.voidPromise());
    }

    /** {@code 1008 too slow}, as RFC 6455 section 5.5.1 has it. */
    private static String goodbye(byte[] bytes, int from, int end) {
        if (end - from < 2) return "close frame without a code";
        int code = (bytes[from] & 0xff) << 8 | (bytes[from + 1] & 0xff);
        String reason = new String(bytes, from + 2, Math.min(end - from - 2, 60), StandardCharsets.UTF_8);
        return (code + " " + reason).strip();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (ctx.channel().equals(channel)) fail(goodbye.isEmpty() ? "cut off" : goodbye);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (ctx.channel().equals(channel)) fail(UpgradeRequest.inWords(cause));
        ctx.close();
    }
}
