package earshot.server;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What has a thread, a file or a connection of its own, in the order of making. A part is put here as soon as it is open: when one that comes later cannot
 * be made, nothing is left behind. Confined to the thread that wires.
 */
final class OpenParts implements AutoCloseable {
    private static final Logger LOG = System.getLogger(OpenParts.class.getName());

    private final Deque<Runnable> closing = new ArrayDeque<>();

    /** @param close ends the part; what was made before it is still open then */
    void add(Runnable close) {
        closing.push(close);
    }

    /** Ends every part once, the last first: nothing may use one after it. A part that fails to end does not keep the others open. */
    @Override
    public void close() {
        while (!closing.isEmpty()) {
            try {
                closing.pop().run();
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "a part did not end as it should", e);
            }
        }
    }
}
