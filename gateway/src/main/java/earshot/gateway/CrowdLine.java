package earshot.gateway;

import earshot.core.telemetry.Meter;
import java.util.ArrayDeque;

/**
 * Crowds that have something to say, in the order in which they speak. One that takes longer than {@link #SPEAK_NANOS} goes on in the next turn;
 * the others go first then. Confined to its loop.
 */
final class CrowdLine {
    private static final long SPEAK_NANOS = 1_000_000;
    /** How long all crowds together may speak in one turn. */
    private static final long ALL_SPEAK_NANOS = 2 * SPEAK_NANOS;

    private final ArrayDeque<Crowd> speaking = new ArrayDeque<>();
    private final Meter meter;

    CrowdLine(Meter meter) {
        this.meter = meter;
    }

    boolean isEmpty() {
        return speaking.isEmpty();
    }

    /** False: it stands in line already. */
    boolean add(Crowd crowd) {
        if (crowd.inLine) return false;
        crowd.inLine = true;
        speaking.add(crowd);
        return true;
    }

    /** Everybody once, as far as time allows. */
    void speak() {
        if (speaking.isEmpty()) return;
        long start = System.nanoTime();
        long deadline = start + SPEAK_NANOS;
        for (int left = speaking.size(); left > 0; left--) {
            Crowd crowd = speaking.remove();
            if (speak(crowd, deadline)) crowd.inLine = false;
            else speaking.add(crowd);
            if (speaking.isEmpty()) return;
            long now = System.nanoTime();
            if (now - start > ALL_SPEAK_NANOS) return;
            deadline = now + SPEAK_NANOS;
        }
    }

    private boolean speak(Crowd crowd, long deadline) {
        try {
            return crowd.speak(deadline);
        } catch (Throwable e) {
            Faults.contain(e, meter, "speak");
            return false;
        }
    }
}
