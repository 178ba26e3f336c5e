package earshot.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.util.function.IntPredicate;

/** Netty's request parser with our limits. Gone from the pipeline after an upgrade request: what comes behind it is no HTTP. */
final class HttpInput extends HttpRequestDecoder {
    private final IntPredicate wanted;

    /** @param wanted told how many bytes are about to be parsed; false: they are thrown away */
    HttpInput(GatewayConfig.Http limits, IntPredicate wanted) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.maxLineBytes())
                .setMaxHeaderSize(limits.maxHeaderBytes())
                .setMaxChunkSize(8 << 10)
                .setInitialBufferSize(256)
                .setAllowDuplicateContentLengths(false)
                .setStrictLineParsing(true)
                .setUseRfc9112TransferEncoding(true)
                .setValidateHeaders(true));
        this.wanted = wanted;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) throws Exception {
        ByteBuf bytes = (ByteBuf) msg;
        if (!wanted.test(bytes.readableBytes())) {
            bytes.release();
            return;
        }
        // The parser keeps what it cannot use yet. A copy of the right size, so that a slow sender does not hold a read
        // buffer.
        ByteBuf own = ctx.alloc().buffer(bytes.readableBytes());
        own.writeBytes(bytes);
        bytes.release();
        super.channelRead(ctx, own);
    }

    /** Both a length and chunks: two readers may see two different requests (RFC 9112 section 6.3). We see none. */
    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("content-length beside transfer-encoding");
    }
}
