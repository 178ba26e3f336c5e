package earshot.bench.bare;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.SingleThreadEventLoop;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Unmasks whole text frames below 64 KiB and passes their {@code content} on. Anything else ends the connection. */
final class BareConnection extends ChannelInboundHandlerAdapter {
    private static final byte[] CONTENT = "\"content\":".getBytes(StandardCharsets.US_ASCII);

    private final BareRoom room;
    private @Nullable ByteBuf rest;

    BareConnection(BareRoom room) {
        this.room = room;
    }

    void opened(Channel channel) {
        room.join(channel);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        room.leave(ctx.channel());
        if (rest != null) rest.release();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (rest != null) {
            bytes = Unpooled.wrappedBuffer(rest, bytes);
            rest = null;
        }
        while (frame(ctx, bytes)) {}
        if (bytes.isReadable()) rest = bytes;
        else bytes.release();
    }

    private boolean frame(ChannelHandlerContext ctx, ByteBuf bytes) {
        int start = bytes.readerIndex();
        if (bytes.readableBytes() < 6) return false;
        int opcode = bytes.getByte(start) & 0x0f;
        int length = bytes.getByte(start + 1) & 0x7f;
        int header = 2;
        if (length == 126) {
            length = bytes.getUnsignedShort(start + 2);
            header = 4;
        }
        if (bytes.readableBytes() < header + 4 + length) return false;
        int mask = bytes.getInt(start + header);
        int from = start + header + 4;
        for (int i = 0; i < length; i++)
            bytes.setByte(from + i, bytes.getByte(from + i) ^ (mask >>> (24 - 8 * (i & 3))));
        bytes.readerIndex(from + length);
        if (opcode == 1) say(ctx, bytes.slice(from, length));
        else if (opcode != 10) ctx.close();
        return true;
    }

    /** The content is the last member: up to the closing brace. */
    private void say(ChannelHandlerContext ctx, ByteBuf text) {
        int at = ByteBufUtil.indexOf(Unpooled.wrappedBuffer(CONTENT), text);
        if (at < 0) return;
        int from = at + CONTENT.length;
        room.tell(text.slice(from, text.readableBytes() - from - 1), (SingleThreadEventLoop)
                ctx.channel().eventLoop());
    }
}
