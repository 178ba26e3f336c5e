package earshot.core;

import earshot.core.message.Emission;
import earshot.core.message.Emitted;
import earshot.core.session.Connections;
import earshot.core.session.Gathering;
import earshot.core.session.Session;
import earshot.core.time.Clock;
import earshot.core.time.Loop;
import earshot.core.time.Loops;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** Brings what a product emits to the sessions of this node, and gathers what they answer. Thread-safe. */
final class Emitting {
    /** So many sessions of a loop are told at once: rooms get their turn in between. */
    private static final int AT_ONCE = 256;

    private static final int MAX_UNDER_WAY = 256;

    /** How long the loops may take to say whom they told; nobody waits for a session that went meanwhile. */
    private static final Duration TELLING = Duration.ofMillis(800);

    private final Loops loops;
    private final Floor floor;
    private final Connections connections;
    private final Clock clock;
    private final AtomicInteger underWay = new AtomicInteger();

    Emitting(Loops loops, Floor floor, Connections connections, Clock clock) {
        this.loops = loops;
        this.floor = floor;
        this.connections = connections;
        this.clock = clock;
    }

    /** Fails with {@link RejectedExecutionException} while too many others are under way. */
    CompletionStage<Emitted> emit(Emission emission) {
        if (underWay.incrementAndGet() > MAX_UNDER_WAY) {
            underWay.decrementAndGet();
            return CompletableFuture.failedStage(
                    new RejectedExecutionException("emissions under way: " + MAX_UNDER_WAY));
        }
        Gathering gathering = new Gathering(emission, loops.count());
        gathering.result().whenComplete((_, _) -> underWay.decrementAndGet());
        Loop timing = loops.loop(0);
        timing.post(
                () -> timing.deadlines().at(clock.nanos() + patience(emission).toNanos(), gathering::end));
        for (int i = 0; i < loops.count(); i++) {
            Loop loop = loops.loop(i);
            loop.post(() -> begin(loop, gathering));
        }
        return gathering.result();
    }

    private static Duration patience(Emission emission) {
        return emission.answersWithin().compareTo(TELLING) > 0 ? emission.answersWithin() : TELLING;
    }

    private void begin(Loop loop, Gathering gathering) {
        Emission emission = gathering.emission();
        List<Session> reached = new ArrayList<>();
        for (Desk.Resident resident : floor.desk(loop).all()) {
            Session session = resident.session;
            var user = session.user() == null ? null : session.user().user();
            if (session.dialect().equals(emission.dialect())
                    && emission.reach().includes(session.tenant(), user, resident.rooms.keySet())) reached.add(session);
        }
        gathering.expect(reached.size());
        tell(loop, gathering, reached, 0);
    }

    private void tell(Loop loop, Gathering gathering, List<Session> reached, int from) {
        int to = Math.min(reached.size(), from + AT_ONCE);
        for (int i = from; i < to; i++) connections.emit(reached.get(i), gathering);
        if (to < reached.size()) loop.post(() -> tell(loop, gathering, reached, to));
    }
}
