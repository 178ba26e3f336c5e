package earshot.gateway;

import earshot.core.Node;
import earshot.dialect.Dialect;
import earshot.dialect.HttpRequest;
import org.jspecify.annotations.Nullable;

/** Makes the session behind a link. */
@FunctionalInterface
interface SessionOpener {
    /**
     * Right after the handshake was answered, on the link's loop.
     *
     * @param reservation a place held for it; taken over
     */
    LinkListener open(
            NettyLoop loop,
            Link link,
            Dialect dialect,
            Entrant entrant,
            HttpRequest request,
            Node.@Nullable Reservation reservation);
}
