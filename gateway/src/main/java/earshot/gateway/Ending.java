package earshot.gateway;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/** How a socket is ended, with TLS in front or without. On its loop. */
final class Ending {
    private Ending() {}

    /** Shuts our side of the connection behind everything written, in TLS with the word that this is the end; {@code then} comes before that. */
    static void shut(Channel channel, Runnable then) {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            then.run();
            SslHandler tls = channel.pipeline().get(SslHandler.class);
            if (!written.isSuccess()) cut(channel);
            else if (tls == null) shutOutput(channel);
            else tls.closeOutbound().addListener(_ -> shutOutput(channel));
        });
    }

    private static void shutOutput(Channel channel) {
        if (channel instanceof DuplexChannel both) both.shutdownOutput();
        else cut(channel);
    }

    /** Ends the connection at once. TLS in front would wait for a peer that takes nothing. */
    static void cut(Channel channel) {
        channel.unsafe().close(channel.voidPromise());
    }
}
