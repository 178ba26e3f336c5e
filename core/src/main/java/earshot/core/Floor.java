package earshot.core;

import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.room.Rooms;
import earshot.core.session.Session;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Loop;
import earshot.core.time.Loops;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** The loops of a node, each with its rooms and the sessions whose home it is. Thread-safe; what belongs to a loop is reached on that loop. */
final class Floor {
    private final Loops loops;
    private final Meter meter;
    private final Desk[] desks;
    private final Rooms[] rooms;

    Floor(Loops loops, Meter meter, Function<Loop, Rooms> roomsOf) {
        this.loops = loops;
        this.meter = meter;
        desks = new Desk[loops.count()];
        rooms = new Rooms[loops.count()];
        for (int i = 0; i < desks.length; i++) {
            desks[i] = new Desk();
            rooms[i] = roomsOf.apply(loops.loop(i));
        }
    }

    Loop home(RoomId room) {
        return loops.of(room);
    }

    Rooms rooms(Loop at) {
        return rooms[at.index()];
    }

    Desk desk(Loop at) {
        return desks[at.index()];
    }

    Desk desk(Session session) {
        return desk(session.home());
    }

    /** A fact for the loop that owns a room. */
    void at(RoomId room, Consumer<Rooms> fact) {
        Loop loop = home(room);
        if (loop.isCurrent()) fact.accept(rooms(loop));
        else loop.post(() -> fact.accept(rooms(loop)));
    }

    /** A wish for the loop that owns a room. False when it takes no more, which is counted. */
    boolean offer(RoomId room, Consumer<Rooms> wish) {
        Loop loop = home(room);
        if (loop.isCurrent()) {
            wish.accept(rooms(loop));
            return true;
        }
        return offer(loop, () -> wish.accept(rooms(loop)));
    }

    /** To another loop than this one. */
    boolean offer(Loop loop, Runnable wish) {
        if (loop.offer(wish)) return true;
        meter.add(Metric.LOOP_REFUSED, 1);
        return false;
    }

    /** Runs for each session of a user, on its home loop; how many there are. */
    CompletableFuture<Integer> onEach(UserId user, Consumer<Desk.Resident> work) {
        return onEvery(loop -> {
            List<Desk.Resident> here = desk(loop).of(user);
            here.forEach(work);
            return here.size();
        });
    }

    /** Runs on each loop and adds up what comes out. */
    CompletableFuture<Integer> onEvery(ToIntFunction<Loop> work) {
        int count = loops.count();
        CompletableFuture<Integer> sum = new CompletableFuture<>();
        AtomicInteger total = new AtomicInteger();
        AtomicInteger left = new AtomicInteger(count);
        for (int i = 0; i < count; i++) {
            Loop loop = loops.loop(i);
            Runnable fact = () -> {
                total.addAndGet(work.applyAsInt(loop));
                if (left.decrementAndGet() == 0) sum.complete(total.get());
            };
            if (loop.isCurrent()) fact.run();
            else loop.post(fact);
        }
        return sum;
    }
}
