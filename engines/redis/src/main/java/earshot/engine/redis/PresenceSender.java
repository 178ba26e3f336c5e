package earshot.engine.redis;

import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Takes the wishes of rooms to Redis: one call per partition at a time (presence-change.lua), so what is wished meanwhile goes together, and in its
 * order. Confined to the engine's thread.
 */
final class PresenceSender {
    private static final Script CHANGE = Script.load("presence-change");
    /** Changes of one call: some 500 joins, about 3 ms of Redis. */
    private static final int MOST_BYTES = 64 << 10;

    /** What the sender needs of the board. */
    interface Around {
        boolean isAway();

        /** Redis did not do it, or does not say. */
        void onFailed(List<PresenceRoom> rooms, Throwable failure);

        /** This node was given up. */
        void onGivenUp(long owner);

        long owner();

        /** The key of the room's mirror; empty: it has none. */
        String mirror(PresenceRoom room);
    }

    private final Batcher redis;
    private final Turns turns;
    private final Clock clock;
    private final PresenceKeys keys;
    private final Around around;
    private final RandomGenerator random;
    private final Meter meter;
    private final String publish;
    private final List<Set<PresenceRoom>> ready = new ArrayList<>(Partitions.COUNT);
    private final boolean[] calling = new boolean[Partitions.COUNT];
    private final Map<PresenceRoom, Long> sentNanos = new LinkedHashMap<>();

    PresenceSender(
            Batcher redis,
            Turns turns,
            Clock clock,
            PresenceKeys keys,
            Around around,
            RandomGenerator random,
            Meter meter,
            boolean cluster) {
        this.redis = redis;
        this.turns = turns;
        this.clock = clock;
        this.keys = keys;
        this.around = around;
        this.random = random;
        this.meter = meter;
        this.publish = cluster ? "SPUBLISH" : "PUBLISH";
        for (int i = 0; i < Partitions.COUNT; i++) ready.add(new LinkedHashSet<>());
    }

    void add(PresenceRoom room) {
        ready.get(room.partition).add(room);
        send(room.partition);
    }

    /** Redis is back. */
    void sendAll() {
        for (int i = 0; i < Partitions.COUNT; i++) send(i);
    }

    private void send(int partition) {
        if (calling[partition] || around.isAway()) return;
        Call call = new Call(partition);
        if (call.rooms.isEmpty()) return;
        calling[partition] = true;
        meter.add(Metric.PRESENCE_BYTES, call.bytes);
        redis.call(CHANGE, call.keys, call.args.toArray())
                .whenComplete((reply, failure) -> turns.run(() -> call.onAnswer(reply, failure)));
    }

    boolean isQuiet() {
        for (boolean busy : calling) if (busy) return false;
        return true;
    }

    /** Rooms whose changes were done before that time and may not have been heard of. */
    void checkDue(long beforeNanos) {
        Iterator<Map.Entry<PresenceRoom, Long>> oldest = sentNanos.entrySet().iterator();
        while (oldest.hasNext()) {
            Map.Entry<PresenceRoom, Long> sent = oldest.next();
            if (sent.getValue() - beforeNanos > 0) return;
            oldest.remove();
            sent.getKey().onDue();
        }
    }

    /** One call: what the rooms of a partition wish. */
    private final class Call {
        final int partition;
        final long owner = around.owner();
        final List<PresenceRoom> rooms = new ArrayList<>();
        final List<String> keys = new ArrayList<>();
        final List<Object> args = new ArrayList<>();
        int bytes;

        Call(int partition) {
            this.partition = partition;
            keys.add(PresenceSender.this.keys.givenUp(partition, owner));
            keys.add(PresenceSender.this.keys.roomsOf(partition, owner));
            args.add(publish);
            args.add(NodeRegistry.bytes(owner));
            args.add(NodeRegistry.bytes(random.nextLong()));
            Iterator<PresenceRoom> next = ready.get(partition).iterator();
            while (next.hasNext() && bytes < MOST_BYTES) {
                PresenceRoom room = next.next();
                next.remove();
                add(room.take(MOST_BYTES - bytes));
            }
        }

        private void add(PresenceRoom.@Nullable Wishes wishes) {
            if (wishes == null) return;
            rooms.add(wishes.room());
            keys.add(wishes.room().key);
            args.add(around.mirror(wishes.room()));
            args.add(wishes.here() ? "1" : "0");
            args.add(wishes.changes().size());
            args.addAll(wishes.changes());
            for (byte[] change : wishes.changes()) bytes += change.length;
        }

        void onAnswer(@Nullable Reply reply, @Nullable Throwable failure) {
            calling[partition] = false;
            if (reply == null) {
                around.onFailed(rooms, failure == null ? new IllegalStateException("no answer") : failure);
            } else if (reply.number(0) < 0) {
                around.onGivenUp(owner);
                for (PresenceRoom room : rooms) room.onNotSent();
            } else {
                for (int i = 0; i < rooms.size(); i++) onSent(rooms.get(i), reply.bytes(i + 1));
            }
            send(partition);
        }

        private void onSent(PresenceRoom room, byte[] place) {
            sentNanos.remove(room);
            sentNanos.put(room, clock.nanos());
            room.onSent(Place.read(ByteBuffer.wrap(place)));
        }
    }
}
