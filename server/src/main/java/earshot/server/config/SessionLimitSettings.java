package earshot.server.config;

import earshot.gateway.SessionLimits;
import java.time.Duration;

/** What one session, and one room on one loop, may hold. */
final class SessionLimitSettings {
    static final Catalog CATALOG = new Catalog("limits", "What one session, and one room on one loop, may hold.");

    private static final int GIB = 1 << 30;
    private static final SessionLimits SEEDS = SessionLimits.DEFAULT;

    static final Setting<Integer> IN_FLIGHT = CATALOG.setting(
            "commands-in-flight",
            Kinds.integer(1, 1 << 20),
            SEEDS.inFlight(),
            "Commands of one session without an answer; beyond it the session is not read until half of them are answered.");
    static final Setting<Duration> SLOW_READER = CATALOG.setting(
            "slow-reader-timeout",
            Kinds.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
            SEEDS.slowReader(),
            "A session to which nothing could be written for so long is cut, so that its client comes back and resumes; so is"
                    + " who takes nothing of an HTTP answer.");
    static final Setting<Integer> RING_EVENTS = CATALOG.setting(
            "slow-reader-events",
            Kinds.integer(1, 1 << 24),
            SEEDS.ringEntries(),
            "Events that a room holds for slow readers of one loop; who falls behind them is cut and resumes.");
    static final Setting<Long> RING_BYTES =
            CATALOG.setting("slow-reader-bytes", Kinds.size(1, GIB), (long) SEEDS.ringBytes(), "The same in bytes.");
    static final Setting<Long> PRIVATE = CATALOG.setting(
            "slow-reader-private",
            Kinds.size(1, GIB),
            (long) SEEDS.privateBytes(),
            "Bytes that wait for one slow session alone (answers, notifications); beyond it, it is cut and resumes.");
    static final Setting<Integer> LATEST = CATALOG.setting(
            "slow-reader-latest",
            Kinds.integer(1, 1 << 24),
            SEEDS.latestKeys(),
            "Newest values (votes, statuses) that a room holds for slow readers of one loop; the eldest goes.");

    private SessionLimitSettings() {}

    static SessionLimits from(Values values) {
        return new SessionLimits(
                values.of(IN_FLIGHT),
                values.of(PRIVATE).intValue(),
                values.of(RING_EVENTS),
                values.of(RING_BYTES).intValue(),
                values.of(LATEST),
                values.of(SLOW_READER));
    }
}
