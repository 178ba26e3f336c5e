package earshot.gateway;

import earshot.gateway.tls.Tls;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import org.jspecify.annotations.Nullable;

/**
 * A new connection on its way to its first request: PROXY header, TLS handshake, HTTP, as its listener wants it. Each stage is a handler that puts
 * the next in its place, so that a connection without the first two never knows of them. Confined to its event loop.
 */
final class Arrival {
    final Reception reception;
    final GatewayLoop home;
    final Channel channel;
    private final boolean crowded;
    private final @Nullable Tls tls;
    private final boolean proxyHeader;
    private @Nullable Peer peer;

    /**
     * @param crowded see {@link HttpConnection}
     * @param known who it is, where the socket's own address does not say
     * @param tls null: plain
     */
    Arrival(
            Reception reception,
            GatewayLoop home,
            Channel channel,
            boolean crowded,
            @Nullable Peer known,
            @Nullable Tls tls,
            boolean proxyHeader) {
        this.reception = reception;
        this.home = home;
        this.channel = channel;
        this.crowded = crowded;
        this.peer = known;
        this.tls = tls;
        this.proxyHeader = proxyHeader;
    }

    /** Before the channel is registered. */
    void begin() {
        if (proxyHeader) channel.pipeline().addLast(new ProxyDoor(this));
        else if (tls != null) channel.pipeline().addLast(new TlsDoor(this, tls));
        else addHttp(channel.pipeline());
    }

    /**
     * The PROXY header is read.
     *
     * @param announced null: the proxy speaks for itself
     * @param rest what came behind it; taken over
     */
    void afterProxyHeader(ProxyDoor door, @Nullable Peer announced, ByteBuf rest) {
        if (announced != null) peer = announced;
        ChannelPipeline pipeline = channel.pipeline();
        if (tls != null) pipeline.replace(door, null, new TlsDoor(this, tls));
        else replaceByHttp(door);
        if (rest.isReadable()) pipeline.fireChannelRead(rest);
        else rest.release();
    }

    void afterTls(TlsDoor door) {
        replaceByHttp(door);
    }

    private void replaceByHttp(ChannelHandler door) {
        ChannelPipeline pipeline = channel.pipeline();
        addHttp(pipeline);
        pipeline.remove(door);
    }

    private void addHttp(ChannelPipeline pipeline) {
        var connection = new HttpConnection(reception, home, channel, crowded, peer);
        pipeline.addLast(new HttpInput(reception.config.http(), connection::onBytes), connection);
    }
}
