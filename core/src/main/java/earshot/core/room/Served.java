package earshot.core.room;

import earshot.core.message.Reply;
import earshot.core.telemetry.Metric;
import java.util.concurrent.CompletableFuture;

/** What the server itself asks of a room and has no answer to yet; bounded. Confined to the room's loop. */
final class Served {
    private static final int MOST = 4096;

    private final String realm;
    private final Rooms.Parts parts;
    private final Runnable onAnswered;
    private int underWay;

    /** @param onAnswered told after each answer */
    Served(String realm, Rooms.Parts parts, Runnable onAnswered) {
        this.realm = realm;
        this.parts = parts;
        this.onAnswered = onAnswered;
    }

    boolean isFull() {
        return underWay >= MOST;
    }

    boolean isIdle() {
        return underWay == 0;
    }

    /** One more, until it is answered. */
    Asker asker(CompletableFuture<Reply> answer) {
        underWay++;
        return new Asker(reply -> {
            underWay--;
            if (reply instanceof Reply.Refused refused)
                parts.meter().add(Metric.REFUSALS, 1, refused.problem().code());
            // No session, so no dialect: the one that rules the room counts it.
            if (reply instanceof Reply.Accepted) parts.meter().add(Metric.MESSAGES_SENT, 1, realm);
            answer.complete(reply);
            onAnswered.run();
        });
    }
}
