package earshot.core.room;

import earshot.core.message.Audience;
import earshot.core.message.Event;
import earshot.core.message.Lane;
import earshot.core.message.RoomId;
import earshot.core.relay.Passed;
import earshot.core.relay.RoomRelay;
import earshot.core.telemetry.Metric;
import earshot.core.time.Deadlines;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The same room on other nodes: what is decided here is told there, and what is decided there is told here. Confined to the room's loop.
 *
 * <h2>Who decides, and in which order it is heard</h2>
 * A session's commands are decided by the room of its own node, which tells its members at once and then the other nodes. So all that one node decides
 * in a room is heard everywhere in one order, and nothing turns around; what two nodes decide at the same time may be heard here one way and there the
 * other, but for values of the latest lane, of which the higher stamp stays. Only the log has one order for everybody.
 *
 * <p>What a node decided after it had told an entry of the log is heard after that entry on other nodes too: when the log is behind here, it waits,
 * and with it all that came later. But not for long: nobody knows whether the entry can be read.
 */
final class Elsewhere {
    /** So long those who join wait for the latest values of other nodes. */
    private static final long OPENING_NANOS = Duration.ofMillis(500).toNanos();
    /** So long something waits for the log. */
    private static final long BEHIND_NANOS = Duration.ofSeconds(1).toNanos();
    /** That much waits for the log. */
    private static final int MAX_BEHIND = 1024;
    /** That much waits for the loop; spare is dropped at half of it. */
    private static final int MAX_FEED = 4096;

    private final RoomId room;
    private final Rooms.Parts parts;
    private final Rooms rooms;
    private final RoomHistory history;
    private final RoomTelling telling;
    private final Typists typists;
    private final List<Runnable> untilReady = new ArrayList<>();
    private final ArrayDeque<Passed> behind = new ArrayDeque<>(0);
    private final AtomicInteger feedWaiting = new AtomicInteger();
    private RoomRelay.Line line = RoomRelay.Line.NONE;
    private Deadlines.@Nullable Deadline opening;
    private Deadlines.@Nullable Deadline behindEnd;
    private boolean inOpen;
    private boolean ready;
    private boolean closed;
    /** A value of the latest lane was dropped on its way to the loop. */
    private volatile boolean valueLost;

    Elsewhere(RoomId room, RoomRules rules, Rooms.Parts parts, Rooms rooms, RoomHistory history, RoomTelling telling) {
        this.room = room;
        this.parts = parts;
        this.rooms = rooms;
        this.history = history;
        this.telling = telling;
        this.typists = new Typists(room, rules, parts.clock(), parts.loop().deadlines(), new Typing());
    }

    Typists typists() {
        return typists;
    }

    // --- opening and closing

    void open() {
        inOpen = true;
        boolean opened = rooms.shielded("relay", () -> line = parts.relay().open(room, new Feed()));
        inOpen = false;
        if (!opened) ready = true;
        if (!ready)
            opening = parts.loop()
                    .deadlines()
                    .at(parts.clock().nanos() + OPENING_NANOS, () -> rooms.turn(this::onOpeningEnd));
    }

    /** Runs when the latest values of other nodes are here, or nobody waits for them any more; perhaps now. */
    void whenReady(Runnable then) {
        if (ready) then.run();
        else untilReady.add(then);
    }

    private void onOpeningEnd() {
        if (!ready) parts.meter().add(Metric.RELAY_LATE, 1);
        onReady();
    }

    private void onReady() {
        if (ready || closed) return;
        ready = true;
        if (opening != null) opening.cancel();
        List<Runnable> waited = List.copyOf(untilReady);
        untilReady.clear();
        for (Runnable then : waited) then.run();
    }

    void close() {
        closed = true;
        typists.close();
        rooms.shielded("relay", line::close);
        if (opening != null) opening.cancel();
        if (behindEnd != null) behindEnd.cancel();
        for (Passed passed : behind) rooms.onTheWay().leave(passed);
        behind.clear();
    }

    // --- decided here

    /** Told to members on all nodes. */
    void decide(Event.RoomEvent event, Audience to) {
        long stamp = rooms.stamps().next();
        telling.tell(event, to, stamp, parts.incarnation());
        if (!line.isShared() || isOfThisNode(to)) return;
        var passed = new Passed(event, to, stamp, parts.incarnation(), history.position());
        rooms.shielded("relay", () -> line.tell(passed));
    }

    private boolean isOfThisNode(Audience to) {
        return to instanceof Audience.OneSession one && one.session().incarnation() == parts.incarnation();
    }

    // --- decided elsewhere

    private void onPassed(Passed passed) {
        if (closed) {
            rooms.onTheWay().leave(passed);
            return;
        }
        boolean ahead = passed.after().isAfter(history.position());
        if (behind.isEmpty() && !ahead) {
            tell(passed);
            return;
        }
        if (behind.size() >= MAX_BEHIND) onBehindEnd();
        behind.add(passed);
        if (ahead) history.catchUp();
        if (behindEnd == null)
            behindEnd = parts.loop()
                    .deadlines()
                    .at(parts.clock().nanos() + BEHIND_NANOS, () -> rooms.turn(this::onBehindEnd));
    }

    /** The room has come further in its log. */
    void onMoved() {
        while (!behind.isEmpty() && !behind.getFirst().after().isAfter(history.position())) tell(behind.removeFirst());
        if (!behind.isEmpty() || behindEnd == null) return;
        behindEnd.cancel();
        behindEnd = null;
    }

    private void onBehindEnd() {
        if (behindEnd != null) behindEnd.cancel();
        behindEnd = null;
        while (!behind.isEmpty()) tell(behind.removeFirst());
    }

    private void tell(Passed passed) {
        rooms.onTheWay().leave(passed);
        switch (passed.event()) {
            case Event.Typing typing -> typists.onElsewhere(typing, passed.audience());
            case Event.VotesChanged _, Event.Relayed _ -> {
                if (passed.event().lane() != Lane.LATEST || rooms.stamps().observe(passed.stamp()))
                    telling.tell(passed.event(), passed.audience(), passed.stamp(), passed.node());
                else parts.meter().add(Metric.RELAY_DROPPED, 1, Lane.LATEST.word(), "clock");
            }
            // The board's own, which nobody else may say.
            case Event.UserJoined _, Event.UserLeft _, Event.StatusChanged _, Event.PresenceChanged _ ->
                parts.meter().add(Metric.RELAY_DROPPED, 1, passed.event().lane().word(), "unexpected");
        }
    }

    /** Something was dropped on the way to this loop: the others are asked for what is newest. */
    private void askForValues() {
        if (!valueLost || closed) return;
        valueLost = false;
        rooms.shielded("relay", line::ask);
    }

    /** Brings what other nodes say to the loop. What is more than the loop can take is dropped, spare first. */
    private final class Feed implements RoomRelay.Feed {
        @Override
        public void onPassed(Passed passed) {
            Lane lane = passed.event().lane();
            int limit = lane == Lane.SPARE ? MAX_FEED / 2 : MAX_FEED;
            if (feedWaiting.get() >= limit || !rooms.onTheWay().enter(passed)) {
                parts.meter().add(Metric.RELAY_DROPPED, 1, lane.word(), "loop");
                if (lane == Lane.LATEST) valueLost = true;
                return;
            }
            feedWaiting.incrementAndGet();
            onLoop(() -> {
                if (feedWaiting.decrementAndGet() == 0) askForValues();
                Elsewhere.this.onPassed(passed);
            });
        }

        @Override
        public void onAsked(RoomRelay.Answering answering) {
            onLoop(() -> {
                if (!closed) answering.answer(telling.latestForOthers(history.position()));
            });
        }

        @Override
        public void onReady() {
            if (inOpen && parts.loop().isCurrent()) ready = true;
            else onLoop(Elsewhere.this::onReady);
        }

        /** Posted even when this is the loop already: what comes now must not overtake what waits there. */
        private void onLoop(Runnable fact) {
            parts.loop().post(() -> rooms.turn(fact));
        }
    }

    /** Where the room's typists are told. */
    private final class Typing implements Typists.Telling {
        @Override
        public void decide(Event.Typing event, Audience audience) {
            Elsewhere.this.decide(event, audience);
        }

        @Override
        public void tell(Event.Typing event, Audience audience) {
            telling.tell(event, audience);
        }

        @Override
        public void count(String outcome) {
            parts.meter().add(Metric.TYPING, 1, outcome);
        }
    }
}
