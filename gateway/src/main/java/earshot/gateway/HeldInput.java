package earshot.gateway;

import io.netty.channel.Channel;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;

/**
 * What is kept of a client's requests: parsed pieces behind the request that is being answered (while there are any the socket is not read), and
 * how many bytes the node's budget counts for it: heads that are not whole yet, bodies until they are answered, and what comes before the answer
 * to an upgrade. Confined to its event loop.
 */
final class HeldInput {
    private final Channel channel;
    private final ByteBudget budget;
    private final ArrayDeque<Object> pieces = new ArrayDeque<>(0);
    private int bytes;

    HeldInput(Channel channel, ByteBudget budget) {
        this.channel = channel;
        this.budget = budget;
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

    // The budget.

    void hold(int more) {
        bytes += more;
        budget.hold(more);
    }

    /** Nothing of it is held any more. */
    void release() {
        budget.hold(-bytes);
        bytes = 0;
    }
}
