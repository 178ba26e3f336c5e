package earshot.core.testkit;

import earshot.core.message.CloseReason;
import earshot.core.message.Event;
import earshot.core.message.Reply;
import earshot.core.message.Tag;
import earshot.core.session.Connections;
import earshot.core.session.Session;

/** Writes down what each session is told, in one line with {@link RecordingAudience}. Confined to the test's thread. */
public final class RecordingConnections implements Connections {
    private final Told told;

    public RecordingConnections(Told told) {
        this.told = told;
    }

    @Override
    public void reply(Session to, Tag tag, Reply reply) {
        told.add(to.id(), new Told.Replied(tag, reply));
    }

    @Override
    public void tell(Session to, Event event) {
        told.add(to.id(), new Told.Heard(event));
    }

    @Override
    public void close(Session session, CloseReason reason) {
        told.add(session.id(), new Told.Closed(reason));
    }
}
