package earshot.gateway.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/** Netty's TLS as our sockets need it. Has no timer: whoever adds it sees to the handshake's time. Confined to its event loop. */
final class TlsHandler extends SslHandler {
    private static final Logger LOG = System.getLogger("earshot.gateway");

    TlsHandler(SSLEngine engine, Executor handshakes) {
        super(engine, handshakes);
        setHandshakeTimeoutMillis(0);
    }

    /** A record that is not whole yet is kept: in a copy of its size, not in the loop's large read buffer. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) throws Exception {
        ByteBuf bytes = (ByteBuf) msg;
        ByteBuf own = ctx.alloc().heapBuffer(bytes.readableBytes());
        own.writeBytes(bytes);
        bytes.release();
        super.channelRead(ctx, own);
    }

    /** What a peer does wrong in TLS is its affair; SslHandler has sent the alert. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
        Throwable what = cause.getCause() == null ? cause : cause.getCause();
        if (what instanceof SSLException || what instanceof IOException) {
            LOG.log(Level.DEBUG, "TLS ended: {0}", what.getMessage());
            ctx.close();
        } else {
            super.exceptionCaught(ctx, cause);
        }
    }
}
