package earshot.core.room;

import earshot.core.message.SessionId;
import earshot.core.session.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Places of a room that are held for clients at their handshake. Confined to the room's loop, but for what {@link Held} says. */
final class Reservations {
    static final long HOLD_NANOS = Duration.ofSeconds(30).toNanos();

    private final List<Held> held = new ArrayList<>(2);

    /** One held place. Thread-safe. */
    static final class Held {
        private static final Object FREE = new Object();
        private static final Object RELEASED = new Object();

        private final AtomicReference<Object> holder = new AtomicReference<>(FREE);
        private final long untilNanos;

        Held(long untilNanos) {
            this.untilNanos = untilNanos;
        }

        /** Any thread. */
        void use(Session session) {
            holder.compareAndSet(FREE, session.id());
        }

        /** Any thread. Whether this call gave it back. */
        boolean release() {
            return holder.compareAndSet(FREE, RELEASED);
        }

        private boolean isFor(SessionId session) {
            return session.equals(holder.get());
        }
    }

    int count() {
        return held.size();
    }

    Held hold(long nowNanos) {
        var place = new Held(nowNanos + HOLD_NANOS);
        held.add(place);
        return place;
    }

    /** Takes the place that the session holds, if any. */
    void take(Session session) {
        Held mine = find(session.id());
        if (mine != null) held.remove(mine);
    }

    boolean isHeldBy(Session session) {
        return find(session.id()) != null;
    }

    void drop(Held place) {
        held.remove(place);
    }

    void expire(long nowNanos) {
        held.removeIf(place -> place.untilNanos - nowNanos <= 0);
    }

    private @Nullable Held find(SessionId session) {
        for (Held place : held) if (place.isFor(session)) return place;
        return null;
    }
}
