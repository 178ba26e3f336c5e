package earshot.gateway;

import earshot.core.Node;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.SessionId;
import earshot.core.message.Tag;
import earshot.core.session.Session;

/** What sessions need of the {@link Node}, so that the fan-out can be tested against a model instead. */
interface Domain {
    SessionId nextSessionId();

    void connected(Session session);

    void submit(Session session, Command command, Tag tag);

    void disconnected(Session session, CloseReason reason);

    static Domain of(Node node) {
        return new Domain() {
            @Override
            public SessionId nextSessionId() {
                return node.nextSessionId();
            }

            @Override
            public void connected(Session session) {
                node.connected(session);
            }

            @Override
            public void submit(Session session, Command command, Tag tag) {
                node.submit(session, command, tag);
            }

            @Override
            public void disconnected(Session session, CloseReason reason) {
                node.disconnected(session, reason);
            }
        };
    }
}
