package earshot.gateway;

import io.netty.channel.Channel;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;

/** Parsed pieces of requests behind the one that is being answered. While there are any the socket is not read. Confined to its event loop. */
final class HeldInput {
    private final Channel channel;
    private final ArrayDeque<Object> pieces = new ArrayDeque<>(0);

    HeldInput(Channel channel) {
        this.channel = channel;
    }

    void add(Object piece) {
        pieces.add(piece);
        channel.config().setAutoRead(false);
    }

    boolean isEmpty() {
        return pieces.isEmpty();
    }

    Object remove() {
        return pieces.remove();
    }

    void drop() {
        for (Object piece : pieces) ReferenceCountUtil.release(piece);
        pieces.clear();
    }
}
