package earshot.core.room;

import earshot.core.message.Problem;
import earshot.core.message.Reply;
import earshot.core.message.Tag;
import earshot.core.session.Session;
import earshot.core.telemetry.Metric;

/** Who waits for the answer to one command. Answered exactly once, on the room's loop. */
@FunctionalInterface
interface Asker {
    void answer(Reply reply);

    default void refuse(Problem problem) {
        answer(Reply.Refused.of(problem));
    }

    static Asker of(Rooms.Parts parts, Session session, Tag tag) {
        return reply -> {
            if (reply instanceof Reply.Refused refused)
                parts.meter().add(Metric.REFUSALS, 1, refused.problem().code());
            if (reply instanceof Reply.Accepted) parts.meter().add(Metric.MESSAGES_SENT, 1, session.dialect());
            parts.connections().reply(session, tag, reply);
        };
    }
}
