package earshot.gateway;

import earshot.gateway.tls.Tls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The listening sockets: all are opened, or none. Any thread that is no loop; every method blocks. */
final class Entrances {
    private final Reception reception;
    private final @Nullable Tls tls;
    private final List<GatewayLoop> loops;
    private final Capacity capacity;
    private final boolean epoll;
    private final List<Channel> open = new ArrayList<>();

    Entrances(Reception reception, @Nullable Tls tls, List<GatewayLoop> loops, Capacity capacity, boolean epoll) {
        this.reception = reception;
        this.tls = tls;
        this.loops = loops;
        this.capacity = capacity;
        this.epoll = epoll;
    }

    /** Throws {@link UncheckedIOException} with a sentence for the operator. */
    List<Gateway.Bound> openAll() {
        List<Gateway.Bound> bound = new ArrayList<>();
        for (Listener listener : reception.config.network().listeners()) {
            try {
                bound.add(new Gateway.Bound(listener, open(listener)));
            } catch (IOException e) {
                close();
                throw new UncheckedIOException(
                        new IOException("Cannot listen on " + listener.shown() + ": " + e.getMessage(), e));
            }
        }
        return List.copyOf(bound);
    }

    private SocketAddress open(Listener listener) throws IOException {
        return switch (listener) {
            case Listener.Tcp tcp -> openTcp(tcp);
            case Listener.Unix unix -> openUnix(unix);
        };
    }

    private SocketAddress openTcp(Listener.Tcp tcp) throws IOException {
        InetSocketAddress address = new InetSocketAddress(tcp.host(), tcp.port());
        if (address.isUnresolved()) throw new IOException("no such host");
        ServerChannel channel = epoll ? new EpollServerSocketChannel() : new NioServerSocketChannel();
        channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
        bind(channel, tcp, address);
        open.add(channel);
        return channel.localAddress();
    }

    private SocketAddress openUnix(Listener.Unix unix) throws IOException {
        if (!epoll) throw new IOException("Unix domain sockets need epoll, which this system does not have");
        UnixSocketFile file = new UnixSocketFile(unix.path());
        file.clear();
        var channel = new EpollServerDomainSocketChannel();
        bind(channel, unix, new DomainSocketAddress(unix.path().toFile()));
        open.add(channel);
        file.permit(unix.permissions());
        return channel.localAddress();
    }

    private void bind(ServerChannel channel, Listener listener, SocketAddress address) throws IOException {
        channel.config()
                .setOption(ChannelOption.SO_BACKLOG, reception.config.network().backlog());
        channel.pipeline().addLast(new Acceptor(reception, listener, tls, loops, capacity, epoll));
        loops.get(0).executor.register(channel).awaitUninterruptibly();
        Throwable failure = channel.bind(address).awaitUninterruptibly().cause();
        if (failure == null) return;
        channel.close().awaitUninterruptibly();
        throw new IOException(failure.getMessage(), failure);
    }

    void close() {
        for (Channel each : open) each.close().awaitUninterruptibly();
        open.clear();
    }
}
