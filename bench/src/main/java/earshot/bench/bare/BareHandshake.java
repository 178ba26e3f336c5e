package earshot.bench.bare;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.function.Function;

/** Reads one upgrade request, answers it, and gives its place to a {@link BareConnection}. */
final class BareHandshake extends ChannelInboundHandlerAdapter {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455 section 1.3

    private final Function<String, BareRoom> rooms;
    private final StringBuilder request = new StringBuilder();

    BareHandshake(Function<String, BareRoom> rooms) {
        this.rooms = rooms;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        request.append(bytes.toString(StandardCharsets.ISO_8859_1));
        bytes.release();
        if (request.indexOf("\r\n\r\n") < 0) return;
        String answer =
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                        + accept(header("sec-websocket-key")) + "\r\n\r\n";
        ctx.writeAndFlush(Unpooled.wrappedBuffer(answer.getBytes(StandardCharsets.ISO_8859_1)), ctx.voidPromise());
        String path = request.substring(4, request.indexOf(" ", 4));
        BareConnection connection = new BareConnection(rooms.apply(path));
        ctx.pipeline().replace(this, "connection", connection);
        connection.opened(ctx.channel());
    }

    private String header(String name) {
        for (String line : request.toString().split("\r\n", -1)) {
            if (line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                return line.substring(name.length() + 1).trim();
        }
        return "";
    }

    private static String accept(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1")
                    .digest(ByteBufUtil.getBytes(Unpooled.copiedBuffer(key + GUID, StandardCharsets.US_ASCII)));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
