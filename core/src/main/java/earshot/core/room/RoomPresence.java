package earshot.core.room;

import earshot.core.message.Audience;
import earshot.core.message.CloseReason;
import earshot.core.message.Event;
import earshot.core.message.PresenceList;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.Status;
import earshot.core.message.UserId;
import earshot.core.presence.MemberBook;
import earshot.core.presence.Picture;
import earshot.core.presence.PresenceBoard;
import earshot.core.telemetry.Metric;
import earshot.core.time.Deadlines;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Presence of one room as its members hear it. Confined to the room's loop. Members hear only what the board said.
 *
 * <p>What members know is the picture without the changes that still wait to be told; a joiner gets the whole picture. So what waits is told just
 * before anybody is added ({@link #flush}), and nobody hears of a change that a snapshot had, or misses one that it had not.
 */
final class RoomPresence {
    /** Below this many members there is nothing to gather: telling one more costs less than a deadline. */
    private static final int SMALL = 50;

    private static final long NANOS_PER_MEMBER = 100_000;
    private static final long MAX_TICK_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long ENTER_TIMEOUT_NANOS = Duration.ofSeconds(5).toNanos();
    private static final long KNOWN_WITHIN_NANOS = Duration.ofSeconds(3).toNanos();
    /** What whole lists may take in a second, over all members here: beyond it they come less often. */
    private static final long LIST_BYTES_PER_SECOND = 16L << 20;
    /** About what one user takes in a list. */
    private static final long LIST_BYTES_PER_USER = 120;

    private static final long MAX_LIST_PAUSE_NANOS = Duration.ofSeconds(30).toNanos();

    /** What presence needs of its room. */
    interface Telling {
        void tell(Event.RoomEvent event, Audience audience);

        int members();

        /** The board has the seat's session: it is in the picture. */
        void onEntered(Seat seat);

        /** The board did not answer in time. */
        void onNotEntered(Seat seat);

        void onMaybeIdle();
    }

    private final RoomId room;
    private final Rooms.Parts parts;
    private final Rooms rooms;
    private final Telling telling;
    private final Picture picture;
    private final Map<UserId, Waiting> untold = new LinkedHashMap<>(2);
    private final Map<SessionId, Entering> entering = new HashMap<>(2);
    private final Lingerers lingerers;
    private PresenceBoard.@Nullable Following following;
    private @Nullable Runnable untilKnown;
    private Deadlines.@Nullable Deadline knownEnd;
    private Deadlines.@Nullable Deadline tick;
    private Deadlines.@Nullable Deadline returnEnd;
    private Deadlines.@Nullable Deadline listTick;
    private long lastTickNanos;
    private long lastListNanos;
    private boolean listUntold;
    private final boolean wholePresence;
    private boolean closed;

    /** A join (with its time) or a leave that members have not heard of. */
    private record Waiting(Profile user, boolean joined, long joinedMillis) {}

    private record Entering(Seat seat, Deadlines.Deadline timeout) {}

    RoomPresence(RoomId room, RoomRules rules, Rooms.Parts parts, Rooms rooms, Telling telling) {
        this.room = room;
        this.parts = parts;
        this.rooms = rooms;
        this.telling = telling;
        this.picture = new Picture(new Told());
        this.lingerers = new Lingerers(room, rules, parts, rooms, telling::onMaybeIdle);
        this.lastTickNanos = parts.clock().nanos() - MAX_TICK_NANOS;
        this.wholePresence = rules.wholePresence();
        this.lastListNanos = parts.clock().nanos() - MAX_LIST_PAUSE_NANOS;
    }

    /** @param known run once, when the board has said who is here; after {@link #KNOWN_WITHIN_NANOS} without that */
    void open(Runnable known) {
        untilKnown = known;
        knownEnd = parts.loop()
                .deadlines()
                .at(parts.clock().nanos() + KNOWN_WITHIN_NANOS, () -> rooms.turn(this::onKnown));
        following = parts.board().follow(room, new Feed());
    }

    private void onKnown() {
        Runnable known = untilKnown;
        if (known == null) return;
        untilKnown = null;
        cancel(knownEnd);
        known.run();
    }

    /** Those who were here when the last process ended; before anybody joins. */
    void expect(List<MemberBook.Returning> returning) {
        if (returning.isEmpty()) return;
        picture.expect(returning);
        returnEnd = parts.loop()
                .deadlines()
                .at(parts.clock().nanos() + RoomRules.RETURN_WITHIN.toNanos(), () -> rooms.turn(this::onReturnEnd));
    }

    PresenceList list() {
        return picture.list();
    }

    int users() {
        return picture.users();
    }

    boolean isIdle() {
        return entering.isEmpty() && lingerers.isEmpty() && picture.expected() == 0;
    }

    void close() {
        closed = true;
        if (following != null) following.stop();
        cancel(knownEnd);
        cancel(tick);
        cancel(listTick);
        lingerers.close();
        cancel(returnEnd);
    }

    // --- sessions

    void enter(Seat seat, Profile user) {
        long now = parts.clock().nanos();
        var timeout = parts.loop().deadlines().at(now + ENTER_TIMEOUT_NANOS, () -> rooms.turn(() -> onTimeout(seat)));
        entering.put(seat.session.id(), new Entering(seat, timeout));
        String status = picture.statusOf(user.user());
        parts.board()
                .enter(
                        room,
                        new PresenceBoard.Entry(
                                seat.session.id(), user, parts.clock().millis(), status));
    }

    private void onTimeout(Seat seat) {
        if (entering.remove(seat.session.id()) == null) return;
        parts.board().leave(room, seat.session.id());
        telling.onNotEntered(seat);
    }

    /** The session is gone, or never came to be a member. */
    void leave(Seat seat, Profile user, CloseReason reason) {
        Entering unfinished = entering.remove(seat.session.id());
        if (unfinished != null) unfinished.timeout.cancel();
        if (unfinished == null && lingerers.wants(reason)) lingerers.add(seat.session.id(), user.user());
        else parts.board().leave(room, seat.session.id());
    }

    void status(UserId user, String status) {
        parts.board().status(room, user, status);
    }

    private void onReturnEnd() {
        returnEnd = null;
        picture.expectNoMore();
        telling.onMaybeIdle();
    }

    // --- telling

    /** Tells everything that waits. */
    void flush() {
        cancel(tick);
        tick = null;
        if (!untold.isEmpty()) {
            lastTickNanos = parts.clock().nanos();
            List<Waiting> now = List.copyOf(untold.values());
            untold.clear();
            for (Waiting change : now) tell(change);
        }
        if (listUntold && listTick == null) tellListSoon();
    }

    private void tell(Waiting change) {
        Event.RoomEvent event = change.joined
                ? new Event.UserJoined(room, change.user, change.joinedMillis)
                : new Event.UserLeft(room, change.user);
        parts.meter().add(change.joined ? Metric.PRESENCE_JOINS : Metric.PRESENCE_LEAVES, 1);
        telling.tell(event, new Audience.AllButUser(change.user.user()));
    }

    // --- whole lists

    /** Behind the differences that it shows. */
    private void listChanged() {
        if (!wholePresence) return;
        listUntold = true;
        flushSoon();
    }

    private void tellListSoon() {
        long due = lastListNanos + listPauseNanos();
        if (due - parts.clock().nanos() <= 0) tellList();
        else listTick = parts.loop().deadlines().at(due, () -> rooms.turn(this::tellList));
    }

    private long listPauseNanos() {
        long bytes = LIST_BYTES_PER_USER * picture.users() * telling.members();
        return Math.min(MAX_LIST_PAUSE_NANOS, bytes * 1_000_000_000L / LIST_BYTES_PER_SECOND);
    }

    private void tellList() {
        listTick = null;
        listUntold = false;
        if (telling.members() == 0) return;
        lastListNanos = parts.clock().nanos();
        telling.tell(new Event.PresenceChanged(room, picture.list()), Audience.ALL);
    }

    /** A join and a leave of one user that wait together were never there. */
    private void wait(Profile user, boolean joined, long joinedMillis) {
        Waiting before = untold.remove(user.user());
        if (before == null) untold.put(user.user(), new Waiting(user, joined, joinedMillis));
        flushSoon();
    }

    private void flushSoon() {
        if (tick != null) return;
        int members = telling.members();
        long gather = members < SMALL ? 0 : Math.min(MAX_TICK_NANOS, members * NANOS_PER_MEMBER);
        long due = lastTickNanos + gather;
        if (due - parts.clock().nanos() <= 0) flush();
        else tick = parts.loop().deadlines().at(due, () -> rooms.turn(this::flush));
    }

    private static void cancel(Deadlines.@Nullable Deadline deadline) {
        if (deadline != null) deadline.cancel();
    }

    /** What the picture says of people. */
    private final class Told implements Picture.Changes {
        @Override
        public void onUserJoined(Profile user, long joinedMillis) {
            parts.members().entered(room, user, joinedMillis);
            RoomPresence.this.wait(user, true, joinedMillis);
        }

        @Override
        public void onUserReturned(Profile user, long joinedMillis) {
            parts.members().entered(room, user, joinedMillis);
            parts.meter().add(Metric.PRESENCE_LINGERED, 1);
        }

        @Override
        public void onUserLeft(Profile user) {
            parts.members().left(room, user.user());
            RoomPresence.this.wait(user, false, 0);
            listChanged();
        }

        @Override
        public void onStatus(Profile user, String status) {
            var told = new Event.StatusChanged(room, user, Status.of(status).word());
            telling.tell(told, new Audience.AllButUser(user.user()));
            listChanged();
        }
    }

    /** Brings the board's feed to the loop. Bounded by what sessions do: each enters and leaves once per join. */
    private final class Feed implements PresenceBoard.Follower {
        @Override
        public void onSnapshot(long version, List<PresenceBoard.Entry> entries) {
            onLoop(() -> {
                picture.onSnapshot(version, entries);
                for (PresenceBoard.Entry entry : entries) onHere(entry);
                onKnown();
            });
        }

        @Override
        public void onEntered(long version, PresenceBoard.Entry entry) {
            onLoop(() -> {
                picture.onEntered(version, entry);
                onHere(entry);
            });
        }

        @Override
        public void onLeft(long version, SessionId session) {
            onLoop(() -> picture.onLeft(version, session));
        }

        @Override
        public void onStatus(long version, UserId user, String status) {
            onLoop(() -> picture.onStatus(version, user, status));
        }

        private void onHere(PresenceBoard.Entry entry) {
            Entering finished = entering.remove(entry.session());
            if (finished == null) return;
            finished.timeout.cancel();
            lingerers.returned(entry.user().user());
            telling.onEntered(finished.seat);
        }

        private void onLoop(Runnable change) {
            rooms.onLoop(() -> {
                if (!closed) change.run();
            });
        }
    }
}
