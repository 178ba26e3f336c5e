package earshot.gateway;

/**
 * How many commands of one session have no answer yet. With too many it is not read, until half of them are answered. Confined to the session's loop.
 */
final class InFlight {
    private final SessionLoop at;
    private final ClientSession client;
    private int count;
    private boolean paused;

    InFlight(SessionLoop at, ClientSession client) {
        this.at = at;
        this.client = client;
    }

    /** One more. */
    void takeOn() {
        if (++count == at.limits().inFlight()) {
            Limit.COMMANDS_IN_FLIGHT.exceeded(at.meter());
            pause(true);
        }
    }

    /** One of them has its answer. */
    void settle() {
        count--;
        if (paused && !client.hasEnded() && count <= at.limits().inFlight() / 2) pause(false);
    }

    private void pause(boolean wanted) {
        paused = wanted;
        client.out.read(!wanted);
    }
}
