package earshot.bench.bare;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/** {@code BareServer PORT}: one epoll loop, one room per path, every frame told to everybody in the room. */
public final class BareServer {
    private BareServer() {}

    public static void main(String[] args) throws InterruptedException {
        Channel server = start(Integer.parseInt(args[0]));
        System.out.println("bare loop on port " + ((InetSocketAddress) server.localAddress()).getPort());
        server.closeFuture().sync();
    }

    /** Listens on loopback; 0: any free port. */
    public static Channel start(int port) throws InterruptedException {
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        Map<String, BareRoom> rooms = new HashMap<>(); // touched by the one loop only
        return new ServerBootstrap()
                .group(loop)
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, 128L * 1024)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new BareHandshake(path -> rooms.computeIfAbsent(path, _ -> new BareRoom())));
                    }
                })
                .bind("127.0.0.1", port)
                .sync()
                .channel();
    }
}
