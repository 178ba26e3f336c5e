package earshot.core.room;

import earshot.core.message.Event;
import earshot.core.message.Lane;
import earshot.core.relay.Passed;
import java.util.concurrent.atomic.AtomicLong;

/** What other nodes said and the rooms of one loop have not told yet: bounded by bytes, over all of them. Spare gives way first. Thread-safe. */
final class PassedOnTheWay {
    private static final long MAX_BYTES = 64L << 20;
    private static final long MAX_SPARE_BYTES = MAX_BYTES / 4;

    private final AtomicLong bytes = new AtomicLong();

    /** False: too much waits already. */
    boolean enter(Passed passed) {
        long limit = passed.event().lane() == Lane.SPARE ? MAX_SPARE_BYTES : MAX_BYTES;
        if (bytes.addAndGet(weight(passed)) <= limit) return true;
        leave(passed);
        return false;
    }

    void leave(Passed passed) {
        bytes.addAndGet(-weight(passed));
    }

    private static int weight(Passed passed) {
        return switch (passed.event()) {
            case Event.Relayed relayed -> 400 + relayed.payload().length;
            case Event.Typing typing -> 600 + typing.user().attributes().length();
            case Event.VotesChanged _,
                    Event.StatusChanged _,
                    Event.PresenceChanged _,
                    Event.UserJoined _,
                    Event.UserLeft _ -> 400;
        };
    }
}
