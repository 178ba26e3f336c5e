package earshot.engine.redis;

import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Hears the channels of rooms that are followed here, reads rooms that are unsure of what they know, and looks now and then whether the others should be.
 * Confined to the engine's thread; messages and answers are read on the connection's.
 */
final class PresenceReader {
    private static final System.Logger LOG = System.getLogger(PresenceReader.class.getName());
    private static final Script CHECK = Script.load("presence-check");
    private static final int MOST_READINGS = 64;
    private static final int MOST_LOOKED_AT = 200;

    /** What the reader needs of the board. */
    interface Around {
        boolean isAway();

        void onFailed(List<PresenceRoom> rooms, Throwable failure);

        /** Whose sessions were found in a room. */
        void onOwners(Set<Long> owners);
    }

    private final Batcher redis;
    private final PresencePages pages;
    private final Subscriber subscriber;
    private final Turns turns;
    private final Clock clock;
    private final Around around;
    private final Meter meter;
    private final Map<PresenceRoom, Listening> channels = new HashMap<>();
    private final Map<PresenceRoom, Long> unsureNanos = new LinkedHashMap<>();
    private final Set<PresenceRoom> reading = new HashSet<>();

    PresenceReader(
            Batcher redis,
            Subscriber subscriber,
            Turns turns,
            Clock clock,
            Around around,
            RandomGenerator random,
            Meter meter) {
        this.redis = redis;
        this.pages = new PresencePages(redis, random);
        this.subscriber = subscriber;
        this.turns = turns;
        this.clock = clock;
        this.around = around;
        this.meter = meter;
    }

    // --- reading

    void add(PresenceRoom room) {
        unsureNanos.putIfAbsent(room, clock.nanos());
        if (room.isFollowed()) listen(room);
        readMore();
    }

    /** Redis is back, or one reading has ended. */
    void readMore() {
        if (around.isAway()) return;
        Iterator<PresenceRoom> next = unsureNanos.keySet().iterator();
        while (reading.size() < MOST_READINGS && next.hasNext()) {
            PresenceRoom room = next.next();
            if (!reading.contains(room) && isHeardIfFollowed(room)) read(room);
        }
    }

    private boolean isHeardIfFollowed(PresenceRoom room) {
        Listening channel = channels.get(room);
        return channel == null ? !room.isFollowed() : channel.heard;
    }

    private void read(PresenceRoom room) {
        reading.add(room);
        meter.add(Metric.PRESENCE_READINGS, 1);
        room.onReading(channels.containsKey(room));
        pages.read(room.key).whenComplete((snapshot, failure) -> turns.run(() -> onRead(room, snapshot, failure)));
    }

    private void onRead(PresenceRoom room, @Nullable PresenceSnapshot snapshot, @Nullable Throwable failure) {
        reading.remove(room);
        if (snapshot == null) {
            onNotRead(room, failure instanceof CompletionException wrapped ? wrapped.getCause() : failure);
        } else {
            unsureNanos.remove(room);
            room.onRead(snapshot);
            Set<Long> owners = new HashSet<>();
            for (PresenceChange.Entered entered : snapshot.entered()) owners.add(entered.owner());
            around.onOwners(owners);
        }
        readMore();
    }

    private void onNotRead(PresenceRoom room, @Nullable Throwable failure) {
        room.onNotRead();
        if (failure instanceof RedisUnavailable unavailable) {
            around.onFailed(List.of(), unavailable);
            return;
        }
        unsureNanos.remove(room);
        meter.add(Metric.FAULTS, 1, "presence");
        LOG.log(System.Logger.Level.ERROR, "presence was not understood key=" + room.key, failure);
    }

    /** What waits since before that time goes on without Redis; what could not be heard is tried again. */
    void checkLate(long beforeNanos) {
        for (Map.Entry<PresenceRoom, Long> unsure : unsureNanos.entrySet()) {
            PresenceRoom room = unsure.getKey();
            if (unsure.getValue() - beforeNanos < 0) room.onAway();
            if (room.isFollowed() && !around.isAway()) listen(room);
        }
    }

    // --- channels

    private void listen(PresenceRoom room) {
        if (channels.containsKey(room)) return;
        var listening = new Listening(room);
        channels.put(room, listening);
        listening.begin();
    }

    /** Nobody here follows the room; or somebody does again. */
    void onUnfollowed(PresenceRoom room) {
        Listening listening = channels.get(room);
        if (listening != null && !room.isFollowed()) listening.end();
    }

    private final class Listening implements Subscriber.Listener {
        private final PresenceRoom room;
        private Subscriber.@Nullable Subscription running;
        boolean heard;

        Listening(PresenceRoom room) {
            this.room = room;
        }

        void begin() {
            running = subscriber.subscribe(room.key, this);
            running.ready().whenComplete((_, failure) -> turns.run(() -> onReady(failure)));
        }

        private void onReady(@Nullable Throwable failure) {
            if (channels.get(room) != this) return;
            heard = failure == null;
            if (heard) readMore();
            else end();
        }

        void end() {
            channels.remove(room, this);
            if (running != null) running.close();
        }

        @Override
        public void onMessage(String channel, byte[] payload) {
            try {
                room.onMessage(PresenceMessage.read(payload));
            } catch (RuntimeException e) {
                meter.add(Metric.FAULTS, 1, "presence");
                LOG.log(System.Logger.Level.WARNING, "a message of presence was not understood key=" + room.key, e);
                room.onUnsure("broken");
            }
        }

        @Override
        public void onGap() {
            turns.run(() -> {
                if (channels.get(room) != this) return;
                room.onUnsure("gap");
                readMore();
            });
        }
    }

    // --- looking

    /** Asks where the streams of rooms are. */
    void look(Iterable<PresenceRoom> rooms) {
        if (around.isAway()) return;
        Map<Integer, List<Looked>> byPartition = new HashMap<>();
        for (PresenceRoom room : rooms) {
            Place place = room.livePlace();
            if (place == null) continue;
            List<Looked> some = byPartition.computeIfAbsent(room.partition, _ -> new ArrayList<>());
            some.add(new Looked(room, place));
            if (some.size() == MOST_LOOKED_AT) look(byPartition.remove(room.partition));
        }
        byPartition.values().forEach(this::look);
    }

    private record Looked(PresenceRoom room, Place then) {}

    private void look(List<Looked> some) {
        List<String> keys = some.stream().map(looked -> looked.room.key).toList();
        redis.call(CHECK, keys).whenComplete((places, failure) -> {
            if (places == null) return;
            for (int i = 0; i < some.size(); i++) {
                byte[] place = places.bytes(i);
                Place there = place.length < Place.BYTES ? Place.NOWHERE : Place.read(ByteBuffer.wrap(place));
                some.get(i).room.onLook(some.get(i).then, there);
            }
        });
    }
}
