package earshot.gateway;

import earshot.core.message.CloseReason;

/** A way to a client that can be ended in its dialect's way. Confined to its loop. */
interface Parting {
    void end(CloseReason reason);

    /** Whether there is no need to, for a while. */
    boolean leavesByItself();
}
