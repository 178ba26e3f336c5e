package earshot.gateway;

/** Whether a session of Engine.IO has said who it is, and for how long it may not. Confined to the session's loop. */
final class EngineStranger {
    /** How much less time it has when too many have not. */
    private static final int HURRY = 10;

    private final EngineTerms terms;
    private final long openedNanos;
    private boolean stranger = true;

    EngineStranger(EngineTerms terms, long openedNanos) {
        this.terms = terms;
        this.openedNanos = openedNanos;
    }

    boolean isOne() {
        return stranger;
    }

    /** It has said it, or has gone. */
    void isKnown() {
        if (!stranger) return;
        stranger = false;
        terms.identified();
    }

    boolean isTooLate(long nowNanos) {
        long patience = terms.io.times().connect().toNanos();
        return stranger && nowNanos - openedNanos >= (terms.isHurried() ? patience / HURRY : patience);
    }
}
