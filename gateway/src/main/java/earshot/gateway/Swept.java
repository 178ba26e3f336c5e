package earshot.gateway;

/** Something with deadlines that its loop's {@link Wheel} looks at. Confined to that loop. */
interface Swept {
    /** Looks at its deadlines; called about once per sweep. May end itself. */
    void onSweep(long nowNanos);

    /** Ends it now: the node's patience is over. */
    void cut();

    /** Where the wheel keeps it; the wheel's own. */
    int wheelSlot();

    void wheelSlot(int slot);
}
