package earshot.engine.redis;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The reading of a room as a whole, and what its channel brings meanwhile, which is either in what is read or comes after it. Not thread-safe.
 */
final class PresenceReading {
    /** A reading that takes so long that more than this comes meanwhile is done again. */
    private static final int MAX_HELD = 1_000;

    private final ArrayDeque<PresenceMessage> held = new ArrayDeque<>(0);
    private boolean running;
    private boolean heard;
    private boolean again;

    /** @param subscribed whether the channel is heard */
    void begin(boolean subscribed) {
        running = true;
        heard = subscribed;
        again = false;
        held.clear();
    }

    boolean isRunning() {
        return running;
    }

    /** Whether the channel was heard before it began. */
    boolean isComplete() {
        return heard;
    }

    /** What it brings will not be enough. */
    void repeat() {
        again = true;
    }

    boolean isToRepeat() {
        return again;
    }

    void hold(PresenceMessage message) {
        if (held.size() < MAX_HELD) held.add(message);
        else again = true;
    }

    @Nullable
    PresenceMessage next() {
        return held.poll();
    }

    void end() {
        running = false;
    }

    void forget() {
        held.clear();
    }
}
