package earshot.dialect.kaiku;

import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.Profile;
import earshot.dialect.WireUuid;

/** Says on all nodes what a user's status is now, and lets a user's connections ask each other. Thread-safe. */
final class Statuses {
    private final Reach reach;

    Statuses(Reach reach) {
        this.reach = reach;
    }

    /**
     * Friends hear it from the user's room, once; the user's own connections beside it.
     *
     * @param word see {@link ChosenStatus#word}, or {@link Friends#IDLE}
     */
    void tell(Profile user, String word) {
        var room = Places.ofUser(WireUuid.ofUser(user.user()));
        var _ = reach.serve(new Command.SetStatus(room, word, Friends.CHOSEN), user);
        reach.notify(new Event.Notified(user.user(), KaikuDialect.STATUS, null, null, word));
    }

    /** Asks the user's connections for one that is not idle. */
    void idle(Profile user) {
        reach.notify(new Event.Notified(user.user(), KaikuDialect.IDLE, null, null, ""));
    }

    /** The answer. */
    void active(Profile user) {
        reach.notify(new Event.Notified(user.user(), KaikuDialect.ACTIVE, null, null, ""));
    }
}
