package earshot.gateway;

import earshot.dialect.HttpRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A connection between its upgrade request and its link: the handshake, and what comes before its answer. Confined to its event loop. */
final class Upgrade {
    private final HttpConnection connection;
    private final Channel channel;
    private final GatewayLoop home;
    private final Handshake handshake;
    private final int maxEarlyBytes;
    private @Nullable ByteBuf early;

    Upgrade(Reception reception, GatewayLoop home, HttpConnection connection, HttpHead head, HttpRequest request) {
        this.connection = connection;
        this.channel = connection.channel();
        this.home = home;
        this.handshake = new Handshake(reception, home, connection, head, request);
        this.maxEarlyBytes = reception.config.handshakes().maxEarlyBytes();
    }

    /** From here on bytes are frames; what the parser has of them comes to {@link #onEarlyBytes}. */
    void start() {
        HttpInput input = channel.pipeline().get(HttpInput.class);
        if (input != null) channel.pipeline().remove(input);
        if (!connection.isGone()) handshake.start();
    }

    /** Frames before the answer: kept for the link. The caller releases them. True: they are too many, and no more are read until then. */
    boolean onEarlyBytes(ByteBuf bytes) {
        ByteBuf all = early == null ? Unpooled.buffer(bytes.readableBytes()) : early;
        early = all;
        all.writeBytes(bytes);
        boolean tooMany = all.readableBytes() > maxEarlyBytes;
        if (tooMany) channel.config().setAutoRead(false);
        return tooMany;
    }

    /** Answers, and puts a link where the connection was; on a loop that may be another. */
    void complete(
            GatewayLoop at,
            byte[] answer,
            LinkTerms terms,
            Function<? super WebSocketLink, ? extends LinkListener> session) {
        ByteBuf first = early;
        early = null;
        channel.config().setAutoRead(false);
        channel.pipeline().remove(connection);
        if (at == home) link(at, answer, terms, session, first);
        else Moving.move(channel, home, at, () -> link(at, answer, terms, session, first));
    }

    private void link(
            GatewayLoop at,
            byte[] answer,
            LinkTerms terms,
            Function<? super WebSocketLink, ? extends LinkListener> session,
            @Nullable ByteBuf first) {
        channel.write(Unpooled.wrappedBuffer(answer), channel.voidPromise());
        boolean direct = channel.pipeline().get(SslHandler.class) == null;
        var link = new WebSocketLink(at, terms, channel, direct);
        channel.pipeline().addLast(link);
        link.begin(session, first);
        // A session may end its link at once; a closed descriptor may by now be somebody else's.
        if (channel.isOpen()) channel.config().setAutoRead(link.isReading());
    }

    /** The time is up. */
    void onDeadline() {
        handshake.onDeadline();
    }

    /** The client has gone. */
    void abandon() {
        handshake.abandon();
    }
}
