package earshot.dialect.graphwiz;

import earshot.core.message.RoomId;
import earshot.core.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who was kicked out of which room, for as long as it is refused there; by client and by user. Thread-safe: a handshake takes the lock for one look.
 * Remembers {@value #MAX}, those that were kicked last.
 */
final class Bans {
    private static final int MAX = 10_000;

    private final Clock clock;
    private final long keptNanos;
    private final Map<Banned, Long> until = new LinkedHashMap<>();

    private record Banned(RoomId room, boolean isUser, String id) {}

    Bans(Duration kept, Clock clock) {
        this.clock = clock;
        this.keptNanos = kept.toNanos();
    }

    synchronized void add(RoomId room, Identity who) {
        if (keptNanos == 0) return;
        long now = clock.nanos();
        forget(now);
        put(new Banned(room, false, who.clientId()), now);
        put(new Banned(room, true, who.userId()), now);
    }

    private void put(Banned who, long now) {
        until.remove(who);
        until.put(who, now + keptNanos);
        if (until.size() > MAX) until.remove(until.keySet().iterator().next());
    }

    /** The eldest are over first. */
    private void forget(long now) {
        Iterator<Long> eldest = until.values().iterator();
        while (eldest.hasNext() && eldest.next() - now <= 0) eldest.remove();
    }

    /** @param userId empty: nobody known */
    synchronized boolean has(RoomId room, String userId, String clientId) {
        long now = clock.nanos();
        forget(now);
        return until.containsKey(new Banned(room, false, clientId))
                || (!userId.isEmpty() && until.containsKey(new Banned(room, true, userId)));
    }
}
