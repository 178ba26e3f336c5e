package earshot.gateway;

import earshot.core.message.CloseReason;
import earshot.core.message.Lane;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import earshot.core.telemetry.Metric;
import earshot.dialect.Places;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The members of one room who live on one loop, in arrays by flavor, and what has been told but not yet to all of them. Confined to that loop.
 *
 * <p>Entries are counted in the order in which the room's loop told them; each seat knows how far it heard. So a run is written to everybody
 * in one piece when its turn comes, and to one member alone before that, in pieces, when something for this member must follow it; nobody hears
 * an entry twice.
 */
final class Crowd {
    /** Members between two looks at the time. */
    private static final int STRIDE = 256;

    private static final Spoken[] NOTHING = {};

    final SessionLoop at;
    final RoomId room;
    /** What stands for the room, for those whose clients are told; asked for with the first of them. */
    private byte @Nullable [] mark;

    private Group[] groups = new Group[0];
    private final ArrayDeque<Spoken> spoken = new ArrayDeque<>(2);

    /** The place of the next entry. */
    private long next;

    /** The runs that are being spoken: all that there were when the pass began, so that each member gets them in one write. */
    private Spoken[] pass = NOTHING;

    /** Where the pass goes on. */
    private int groupAt;

    private int seatAt;
    /** The pass took more than one turn. */
    private boolean isSplit;

    private @Nullable RoomRing ring;

    /** In {@link SessionLoop}'s line of crowds that have something to say. */
    boolean inLine;

    Crowd(RoomId room, SessionLoop at) {
        this.room = room;
        this.at = at;
    }

    /** See {@link Places#mark}: members here who are told of it have one dialect. */
    byte[] mark(Places places) {
        byte[] known = mark;
        if (known == null) {
            known = places.mark(room);
            mark = known;
        }
        return known;
    }

    // Members

    void add(ClientSession session, Language.Flavor flavor, boolean filtered) {
        if (session.hasEnded() || session.seat(this) != null) return;
        var seat = new Seat(this, session, flavor, filtered, next);
        group(flavor).add(seat);
        session.sit(seat);
    }

    void remove(ClientSession session) {
        Seat seat = session.seat(this);
        if (seat == null) return;
        bringUpToDate(seat);
        Group group = group(seat.flavor);
        // The one that moves into the gap may come to lie before the place that the fan-out has reached.
        bringUpToDate(group.seat(group.size - 1));
        group.remove(seat);
        session.leave(seat);
    }

    private Group group(Language.Flavor flavor) {
        for (Group group : groups) if (group.flavor == flavor) return group;
        var group = new Group(flavor);
        groups = Arrays.copyOf(groups, groups.length + 1);
        groups[groups.length - 1] = group;
        return group;
    }

    // Being told

    /** The room has told entries below the index of this run, whether or not somebody was here to hear them. */
    void reach(@Nullable Run run, int index) {
        Spoken last = spoken.peekLast();
        if (run == null || last == null || last.run != run) return;
        last.reach(index);
        next = last.end();
    }

    void tell(Run run, int index) {
        Spoken last = spoken.peekLast();
        if (last == null || last.run != run) {
            last = new Spoken(at, run, index, next);
            spoken.add(last);
        }
        last.reach(index + 1);
        next = last.end();
        at.hasToSpeak(this);
    }

    /** An event for this one alone, in a run of its own. */
    void tellAlone(ClientSession session, Run alone) {
        Seat seat = session.seat(this);
        if (seat == null || session.hasEnded()) return;
        if (seat.filtered && !session.hears(alone.event(0))) return;
        if (alone.event(0).lane() == Lane.SPARE && !session.out.takes()) {
            at.counts().spareDropped(alone, 0, 1);
            return;
        }
        Strip strip = alone.strip(seat.flavor);
        if (strip != null) session.sayWire(strip.copy(0), strip.frames(0, 1));
    }

    /** The session hears now what the others hear at the end of the turn, since what comes next is not the same for it. */
    void bringUpToDate(ClientSession session) {
        Seat seat = session.seat(this);
        if (seat != null) bringUpToDate(seat);
    }

    private void bringUpToDate(Seat seat) {
        if (seat.heard == next) return;
        for (Spoken s : spoken) deliver(seat, s);
    }

    /** What has been told up to here is not for this session, or it has it. */
    void passOver(ClientSession session) {
        Seat seat = session.seat(this);
        if (seat != null) seat.heard = next;
    }

    // Speaking

    /** Writes what was told to the members who do not have it; false when the time was over first. */
    boolean speak(long deadlineNanos) {
        while (!spoken.isEmpty()) {
            if (pass.length == 0) pass = spoken.toArray(NOTHING);
            for (; groupAt < groups.length; groupAt++) {
                if (!speak(groups[groupAt], deadlineNanos)) {
                    isSplit = true;
                    return false;
                }
                seatAt = 0;
            }
            boolean split = isSplit;
            endPass();
            // What came while it went on from turn to turn is about to be joined by what waits in the sockets: one
            // write for all of it.
            if (split && !spoken.isEmpty()) return false;
        }
        return true;
    }

    private void endPass() {
        long now = System.nanoTime();
        for (Spoken s : pass) {
            at.meter().observe(Metric.FANOUT, now - s.run.beganNanos);
            spoken.remove();
            s.release();
        }
        pass = NOTHING;
        groupAt = 0;
        isSplit = false;
    }

    private boolean speak(Group group, long deadlineNanos) {
        ByteBuf whole = group.size == 0 ? null : passFor(group.flavor);
        if (whole == null) return true;
        try {
            return speak(group, whole, deadlineNanos);
        } finally {
            // One piece of several runs is nobody's but ours.
            if (pass.length > 1) at.letGo(whole);
            else whole.release();
        }
    }

    /** What the pass has for a flavor, in one piece so that it is one write for each member; null: nothing. */
    private @Nullable ByteBuf passFor(Language.Flavor flavor) {
        if (pass.length == 1) return pass[0].slice(flavor, pass[0].first, pass[0].end());
        int size = 0;
        for (Spoken s : pass) size += s.bytes(flavor, s.first, s.end());
        if (size == 0) return null;
        ByteBuf all = ByteBufAllocator.DEFAULT.directBuffer(size, size);
        for (Spoken s : pass) s.copy(flavor, all);
        return all;
    }

    private boolean speak(Group group, ByteBuf whole, long deadlineNanos) {
        boolean done = true;
        boolean last = spoken.size() == pass.length;
        long from = pass[0].first;
        long to = pass[pass.length - 1].end();
        long took = 0;
        long frames = 0;
        long bytes = whole.readableBytes();
        for (Spoken s : pass) frames += s.frames(group.flavor, s.first, s.end());
        Position place = group.flavor.places == null ? null : SeveralRooms.lastPlace(pass);
        while (seatAt < group.size) {
            Seat seat = group.seat(seatAt++);
            if (seat.heard <= from && !seat.filtered && !seat.isOneOfSeveral() && seat.session.out.takes()) {
                // All of it in one write, even if it fills the link: it is no more than what the turn has for
                // everybody.
                seat.heard = to;
                if (place != null) seat.place = place;
                seat.session.out.writeShared(whole, last);
                took++;
            } else {
                for (Spoken s : pass) deliver(seat, s);
            }
            if (seatAt % STRIDE == 0 && seatAt < group.size && System.nanoTime() > deadlineNanos) {
                done = false;
                break;
            }
        }
        at.delivered(group.flavor.language, took * frames, took * bytes);
        return done;
    }

    private void deliver(Seat seat, Spoken s) {
        long from = Math.max(seat.heard, s.first);
        long to = s.end();
        if (from >= to) return;
        seat.heard = to;
        if (seat.session.hasEnded()) return;
        if (!seat.filtered) give(seat, s, from, to);
        else giveWanted(seat, s, from, to);
    }

    private void giveWanted(Seat seat, Spoken s, long from, long to) {
        long start = from;
        for (long place = from; place < to; place++) {
            if (seat.session.hears(s.run.event(s.index(place)))) continue;
            give(seat, s, start, place);
            start = place + 1;
        }
        give(seat, s, start, to);
    }

    private void give(Seat seat, Spoken s, long from, long to) {
        if (from >= to || !s.says(seat.flavor, from, to)) return;
        if (!seat.session.out.takes()) {
            lag(seat, s, from, to);
            return;
        }
        ByteBuf piece = at.severalRooms().piece(seat, s, from, to);
        if (piece == null) return;
        int bytes = piece.readableBytes();
        seat.session.out.write(piece);
        at.delivered(seat.flavor.language, s.frames(seat.flavor, from, to), bytes);
    }

    // Slow readers

    private void lag(Seat seat, Spoken s, long from, long to) {
        Backlog backlog = seat.session.out.lag();
        if (backlog == null) return;
        RoomRing held = ring();
        held.acquire();
        for (Spoken told : spoken) {
            held.hold(told);
            if (told == s) break;
        }
        boolean kept = backlog.await(seat, held, from, to);
        held.release();
        at.counts().spareDropped(s.run, s.index(from), s.index(to));
        if (!kept) seat.session.end(CloseReason.SLOW_READER);
    }

    private RoomRing ring() {
        RoomRing known = ring;
        if (known != null && !known.isClosed()) return known;
        known = new RoomRing(at.limits(), at.budget(), at.meter());
        ring = known;
        return known;
    }
}
