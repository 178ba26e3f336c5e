package earshot.engine.redis;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.history.Retention;
import earshot.core.history.RoomLog;
import earshot.core.history.RoomLog.Appended;
import earshot.core.history.RoomLog.Slice;
import earshot.core.message.KeptEvent;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import earshot.core.testkit.Drafts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Says things in rooms, by several nodes at once, remembers what was promised, and holds the log to it in the end:
 *
 * <ul>
 *   <li>a place belongs to one message: what was answered, heard and read never names two for it;
 *   <li>the log is dense within an epoch, in order, and has each message once;
 *   <li>what was acknowledged is in its place, or the log is in a later epoch than that place, and says that it does not reach there.
 * </ul>
 */
final class Ledger {
    private final List<RedisHistory> nodes;
    private final List<RoomId> rooms;
    private final Map<RoomId, Map<Position, String>> places = new ConcurrentHashMap<>();
    private final Map<RoomId, Map<String, Position>> acknowledged = new ConcurrentHashMap<>();
    private final List<String> faults = new CopyOnWriteArrayList<>();
    private final AtomicInteger serial = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    Ledger(List<RedisHistory> nodes, List<RoomId> rooms) {
        this.nodes = nodes;
        this.rooms = rooms;
        for (RoomId room : rooms) {
            places.put(room, new ConcurrentHashMap<>());
            acknowledged.put(room, new ConcurrentHashMap<>());
        }
    }

    /** Opens and follows every room on every node. */
    void begin() {
        for (RedisHistory node : nodes) {
            for (RoomId room : rooms) {
                await(node.open(room, Retention.EVERYTHING));
                node.follow(room, new Following(room));
            }
        }
    }

    /** One message in every room from every node; waits for all answers, be they good or bad. */
    void round() {
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (RedisHistory node : nodes)
            for (RoomId room : rooms) {
                String id = "m" + serial.incrementAndGet();
                all.add(node.append(Drafts.draft(room, Drafts.post(id), 1))
                        .handle((appended, failure) -> {
                            if (appended instanceof Appended.Stored stored) {
                                saw(stored.entry(), "answered");
                                acknowledged.get(room).put(id, stored.entry().position());
                            } else failed.incrementAndGet();
                            return null;
                        })
                        .toCompletableFuture());
            }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .orTimeout(20, SECONDS)
                .join();
    }

    /** Rounds in a thread of their own, until something has been done. */
    void roundsWhile(Runnable something) {
        AtomicBoolean done = new AtomicBoolean();
        Thread talking = Thread.ofPlatform().start(() -> {
            while (!done.get()) round();
        });
        try {
            something.run();
        } finally {
            done.set(true);
            try {
                talking.join(30_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** How many appends were not answered well. */
    int failed() {
        return failed.get();
    }

    int acknowledged() {
        return acknowledged.values().stream().mapToInt(Map::size).sum();
    }

    /** Waits until every room takes messages again, from every node. */
    void awaitWorking() {
        Heard.until(() -> {
            int before = failed.get();
            round();
            return failed.get() == before;
        });
    }

    /** Returns how many acknowledged messages are not in the log. */
    int check() {
        int lost = 0;
        for (RoomId room : rooms) lost += check(room);
        assertThat(faults).isEmpty();
        return lost;
    }

    private int check(RoomId room) {
        RedisHistory reader = nodes.getFirst();
        Position top = await(reader.open(room, Retention.EVERYTHING));
        Map<String, Position> found = new HashMap<>();
        Position last = Position.START;
        while (last.compareTo(top) < 0) {
            Slice slice = await(reader.read(room, last, 1000));
            if (slice.entries().isEmpty()) break;
            for (KeptEvent entry : slice.entries()) {
                saw(entry, "read");
                Position at = entry.position();
                boolean dense = at.epoch() == last.epoch() ? at.offset() == last.offset() + 1 : at.offset() == 1;
                if (!dense) faults.add(room + ": " + at + " follows " + last);
                if (found.put(entry.messageId(), at) != null) faults.add(room + ": twice " + entry.messageId());
                last = at;
            }
        }
        int lost = 0;
        for (Map.Entry<String, Position> promised : acknowledged.get(room).entrySet()) {
            Position at = found.get(promised.getKey());
            if (at == null) {
                lost++;
                boolean told = top.epoch() > promised.getValue().epoch()
                        && !await(reader.read(room, promised.getValue(), 1)).reached();
                if (!told) faults.add(room + ": " + promised + " was acknowledged and is silently gone, top " + top);
            } else if (!at.equals(promised.getValue())) {
                faults.add(room + ": " + promised + " is now at " + at);
            }
        }
        return lost;
    }

    private void saw(KeptEvent entry, String how) {
        String before = places.get(entry.room()).putIfAbsent(entry.position(), entry.messageId());
        if (before != null && !before.equals(entry.messageId()))
            faults.add(entry.room() + ": " + entry.position() + " is " + before + " and, " + how + ", "
                    + entry.messageId());
    }

    private final class Following implements RoomLog.Follower {
        private final RoomId room;
        private final Set<String> heard = new HashSet<>();
        private Position last = Position.START;

        Following(RoomId room) {
            this.room = room;
        }

        @Override
        public void onEntry(KeptEvent entry) {
            saw(entry, "heard");
            if (!entry.position().isAfter(last)) faults.add(room + ": heard " + entry.position() + " after " + last);
            if (!heard.add(entry.messageId())) faults.add(room + ": heard twice " + entry.messageId());
            last = entry.position();
        }

        @Override
        public void onGap() {}
    }

    static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().orTimeout(20, SECONDS).join();
        } catch (CompletionException e) {
            throw new AssertionError(e.getCause());
        }
    }
}
