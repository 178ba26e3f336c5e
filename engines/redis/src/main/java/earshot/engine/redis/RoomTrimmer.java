package earshot.engine.redis;

import earshot.core.time.Clock;

/**
 * Trims rooms that nobody writes to: what is too old there goes within two minutes. Looks at a few partitions every few seconds, so that no call keeps
 * others waiting; of several nodes one does the work of a minute. Confined to the engine's thread.
 */
final class RoomTrimmer {
    private static final System.Logger LOG = System.getLogger(RoomTrimmer.class.getName());
    private static final Script SWEEP = Script.load("sweep", "room", "trimming");
    private static final long STEP_NANOS = 4_000_000_000L;
    private static final int PARTITIONS_A_STEP = 16;
    private static final int ROOMS_A_CALL = 50;

    private final Batcher batcher;
    private final Partitions partitions;
    private final Turns turns;
    private final Clock clock;
    private int next;
    private volatile boolean stopped;

    RoomTrimmer(Batcher batcher, Partitions partitions, Turns turns, Clock clock) {
        this.batcher = batcher;
        this.partitions = partitions;
        this.turns = turns;
        this.clock = clock;
    }

    void start() {
        turns.later(STEP_NANOS, this::step);
    }

    void stop() {
        stopped = true;
    }

    private void step() {
        if (stopped) return;
        for (int i = 0; i < PARTITIONS_A_STEP; i++) sweep(partitions.of(next++ % Partitions.COUNT), "");
        turns.later(STEP_NANOS, this::step);
    }

    /** The rest of a partition when its first rooms are done. */
    void sweep(String partition, String after) {
        batcher.call(SWEEP, partition + "epoch", partition, clock.millis(), after, ROOMS_A_CALL)
                .whenComplete((reply, failure) -> {
                    if (failure != null) LOG.log(System.Logger.Level.DEBUG, "a partition was not swept", failure);
                    else if (!stopped && reply.bytes(0).length > 0) sweep(partition, reply.text(0));
                });
    }
}
