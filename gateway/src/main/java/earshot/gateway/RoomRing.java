package earshot.gateway;

import earshot.core.message.Event;
import earshot.core.message.Lane;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What slow readers of one room on one loop have still to hear: the runs with kept and sure events, shared by all of them, and the newest value
 * of each key. Exists only while somebody lags there ({@link #acquire}, {@link #release}). Bounded by entries, bytes and keys: the oldest runs
 * fall off, and who needed them is cut; the eldest values are dropped.
 */
final class RoomRing {
    private final SessionLimits limits;
    private final ByteBudget budget;
    private final Meter meter;

    private @Nullable Spoken oldest;
    private @Nullable Spoken newest;
    private int entries;
    private long bytes;
    /** Everything before this place is gone. */
    private long droppedBelow = Long.MIN_VALUE;

    /** In the order of their places: the newest value of a key goes to the end. */
    private final Map<Object, Latest> latest = new LinkedHashMap<>();

    private int readers;
    private boolean closed;

    RoomRing(SessionLimits limits, ByteBudget budget, Meter meter) {
        this.limits = limits;
        this.budget = budget;
        this.meter = meter;
    }

    /** The newest value of a key, rendered for those who may have to catch up with it. */
    record Latest(long place, Event event, Strip[] strips, int index, int bytes) {
        byte @Nullable [] wire(Language.Flavor flavor) {
            for (Strip strip : strips) {
                if (strip.flavor == flavor) return strip.copy(index);
            }
            return null;
        }
    }

    // Holding

    /** Keeps what is certain of it, and the newest values; again when more of it has been said since. In the order of the crowd's count. */
    void hold(Spoken s) {
        if (s.ring != this) meet(s);
        long end = s.end();
        for (long place = s.latestKnownTo; place < end; place++) noteLatest(s, place);
        s.latestKnownTo = end;
        if (!s.wasHeld && s.run.hasCertain(s.index(s.first), s.index(end))) append(s);
    }

    private void meet(Spoken s) {
        s.ring = this;
        s.nextInRing = null;
        s.wasHeld = false;
        s.latestKnownTo = s.first;
    }

    private void append(Spoken s) {
        s.hold();
        s.wasHeld = true;
        if (newest == null) oldest = s;
        else newest.nextInRing = s;
        newest = s;
        entries += s.run.count();
        grow(s.run.bytes());
        while (oldest != newest && (entries > limits.ringEntries() || bytes > limits.ringBytes())) drop();
    }

    private void drop() {
        Spoken gone = oldest;
        if (gone == null) return;
        droppedBelow = gone.end();
        oldest = gone.nextInRing;
        entries -= gone.run.count();
        grow(-gone.run.bytes());
        gone.release();
    }

    /** Lets go of the elder half: who needed it is cut, who lags less does not feel it. */
    void shed() {
        long half = bytes / 2;
        while (oldest != newest && bytes > half) drop();
    }

    private void noteLatest(Spoken s, long place) {
        int index = s.index(place);
        Event event = s.run.event(index);
        Object key = event.lane() == Lane.LATEST ? event.latestKey() : null;
        if (key == null) return;
        Strip[] strips = s.run.strips();
        var alone = new Strip[strips.length];
        int size = 0;
        for (int i = 0; i < strips.length; i++) {
            alone[i] = strips[i].only(index);
            size += alone[i].length();
        }
        put(new KeyOf(event.getClass(), key), new Latest(place, event, alone, 0, size));
    }

    /** Two kinds of event may use equal keys. */
    private record KeyOf(Class<? extends Event> kind, Object key) {}

    private void put(Object key, Latest value) {
        Latest old = latest.remove(key);
        if (old != null) grow(-old.bytes());
        latest.put(key, value);
        grow(value.bytes());
        if (latest.size() <= limits.latestKeys()) return;
        var eldest = latest.entrySet().iterator();
        grow(-eldest.next().getValue().bytes());
        eldest.remove();
        meter.add(Metric.DROPS, 1, "latest", "keys");
    }

    private void grow(long by) {
        bytes += by;
        budget.hold(by);
        meter.move(Metric.RING_BYTES, by);
    }

    // Reading

    /** Whether something that was told at this place or after it is gone. */
    boolean hasLost(long place) {
        return place < droppedBelow;
    }

    /** The first run that reaches beyond the place; null when there is none. */
    @Nullable
    Spoken reaching(long place, @Nullable Spoken hint) {
        Spoken s = hint != null && !hasLost(hint.first) ? hint : oldest;
        while (s != null && s.end() <= place) s = s.nextInRing;
        return s;
    }

    /** Newest values, in the order of their places. */
    Iterable<Latest> latest() {
        return latest.values();
    }

    /** How many bytes of it the places from..to are, about. */
    long share(long from, long to) {
        return entries == 0 ? 0 : bytes * Math.min(entries, to - from) / entries;
    }

    void acquire() {
        readers++;
    }

    /** The last one out empties it. */
    void release() {
        if (--readers > 0) return;
        closed = true;
        for (Spoken s = oldest; s != null; s = s.nextInRing) {
            s.ring = null;
            s.release();
        }
        oldest = null;
        newest = null;
        latest.clear();
        grow(-bytes);
    }

    boolean isClosed() {
        return closed;
    }
}
