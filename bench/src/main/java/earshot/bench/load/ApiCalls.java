package earshot.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Queue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Posts messages by the server API over a few connections that are kept (RFC 9112). A publisher keeps to one of them, with one call under way,
 * so that its messages arrive in order. Owned by the loop of its generator.
 */
final class ApiCalls {
    private static final int CONNECTIONS = 32;
    private static final int MOST_WAITING = 100_000;
    private static final Pattern LENGTH =
            Pattern.compile("^content-length:\\s*(\\d+)", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

    private final LoadPlan.Target target;
    private final String apiKey;
    private final EventLoop loop;
    private final Recorder recorder;
    private final Line[] lines = new Line[CONNECTIONS];
    private int waiting;
    private boolean stopped;

    ApiCalls(LoadPlan plan, Credentials credentials, EventLoop loop, Recorder recorder) throws IOException {
        String key = credentials.apiKey();
        if (key == null && !plan.traffic().pace().isIdle())
            throw new IOException(plan.target().dialect()
                    + ": messages enter by /v1, which needs an API key with the scope messages:write; give it with"
                    + " --key ek_… or EARSHOT_KEY");
        this.target = plan.target();
        this.apiKey = key == null ? "" : key;
        this.loop = loop;
        this.recorder = recorder;
        for (int i = 0; i < CONNECTIONS; i++) lines[i] = new Line();
    }

    /** Whether the call could be taken; calls of one publisher are made in their order. */
    boolean post(int publisher, Speaker.Said.Post post) {
        if (stopped || waiting >= MOST_WAITING) return false;
        waiting++;
        lines[publisher % CONNECTIONS].add(request(post));
        return true;
    }

    /** What was not sent yet never is. */
    void stop() {
        stopped = true;
        for (Line line : lines) line.close();
    }

    /** Whether every call was answered. */
    boolean isIdle() {
        return waiting == 0;
    }

    private byte[] request(Speaker.Said.Post post) {
        String head = "POST " + post.path() + " HTTP/1.1\r\nHost: "
                + target.url().getHost() + ":" + target.port()
                + "\r\nAuthorization: Bearer " + apiKey + "\r\nContent-Type: application/json\r\nContent-Length: "
                + post.json().length + "\r\n\r\n";
        return Literal.join(Literal.of(head), post.json(), new byte[0]);
    }

    /** One connection, made when it is needed, made again when it ended. */
    private final class Line {
        private final Queue<byte[]> calls = new ArrayDeque<>();
        private final StringBuilder answer = new StringBuilder();
        private @Nullable Channel channel;
        private boolean busy;

        void add(byte[] call) {
            calls.add(call);
            next();
        }

        private void next() {
            if (stopped || busy || calls.isEmpty()) return;
            busy = true;
            if (channel == null) connect();
            else send(channel);
        }

        private void send(Channel open) {
            open.writeAndFlush(Unpooled.wrappedBuffer(calls.element()), open.voidPromise());
        }

        private void connect() {
            new Bootstrap()
                    .group(loop)
                    .channel(EpollSocketChannel.class)
                    .option(ChannelOption.TCP_NODELAY, true)
                    .handler(new Answers(this))
                    .connect(new InetSocketAddress(target.url().getHost(), target.port()))
                    .addListener((ChannelFutureListener) future -> {
                        if (future.isSuccess()) {
                            channel = future.channel();
                            send(future.channel());
                        } else {
                            ended(UpgradeRequest.inWords(future.cause()));
                        }
                    });
        }

        void close() {
            if (channel != null) channel.close();
        }

        void read(ByteBuf in) {
            answer.append(in.toString(StandardCharsets.ISO_8859_1));
            int end = answer.indexOf("\r\n\r\n");
            if (end < 0) return;
            Matcher length = LENGTH.matcher(answer);
            int body = length.find() ? Integer.parseInt(length.group(1)) : 0;
            if (answer.length() < end + 4 + body) return;
            if (!answer.substring(9, 10).equals("2"))
                refused(String.format(Locale.ROOT, "/v1 answers %s", answer.substring(9, 12)));
            answer.setLength(0);
            answered();
        }

        private void answered() {
            calls.remove();
            waiting--;
            busy = false;
            next();
        }

        /** The call under way may or may not have been served: it is not made again. */
        void ended(String reason) {
            channel = null;
            answer.setLength(0);
            if (!busy) return;
            refused("/v1: " + reason);
            answered();
        }

        private void refused(String reason) {
            Recorder.count(recorder.refusals, reason);
        }
    }

    /** The bytes of one connection. */
    private static final class Answers extends ChannelInboundHandlerAdapter {
        private final Line line;

        Answers(Line line) {
            this.line = line;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf in = (ByteBuf) message;
            try {
                line.read(in);
            } finally {
                in.release();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            line.ended("the connection ended");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
