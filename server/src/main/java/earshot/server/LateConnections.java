package earshot.server;

import earshot.core.message.CloseReason;
import earshot.core.message.Event;
import earshot.core.message.Reply;
import earshot.core.message.Tag;
import earshot.core.session.Connections;
import earshot.core.session.Session;
import org.jspecify.annotations.Nullable;

/** The ways to sessions for what is made before the gateway is. Used only once there are sessions: thread-safe from then on. */
final class LateConnections implements Connections {
    private volatile @Nullable Connections connections;

    void are(Connections known) {
        connections = known;
    }

    @Override
    public void reply(Session to, Tag tag, Reply reply) {
        known().reply(to, tag, reply);
    }

    @Override
    public void tell(Session to, Event event) {
        known().tell(to, event);
    }

    @Override
    public void close(Session session, CloseReason reason) {
        known().close(session, reason);
    }

    private Connections known() {
        Connections found = connections;
        if (found == null) throw new IllegalStateException("connections: used before there were sessions");
        return found;
    }
}
