package earshot.core.room;

import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.KeptEvent;
import earshot.core.message.MessageWindow;
import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.RoomSnapshot;
import earshot.core.message.Tag;
import earshot.core.session.Gatekeeper.Verdict;
import earshot.core.session.Permission;
import earshot.core.session.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The way into a room, and out of it. Confined to the room's loop.
 *
 * <h2>A join</h2>
 * The gatekeeper is asked; the log is opened (once for all who wait); what a returning client missed is read; the board takes the session in and says
 * so. Then, at the end of the loop's turn, all who have come that far are welcomed together: what others have to hear is told, each is added to the
 * audience and gets its snapshot. From there on it hears everything. Nothing is queued for a joiner meanwhile, but its own commands.
 */
final class Door {
    private final RoomId room;
    private final Rooms.Parts parts;
    private final Rooms rooms;
    private final RoomTelling telling;
    private final RoomHistory history;
    private final MissedEntries missed;
    private final RoomPresence presence;
    private final RoomLife life;
    private final CommandOrder order;
    private final Seats seats;
    private final List<Seat> arrivals = new ArrayList<>();

    Door(
            RoomId room,
            Rooms.Parts parts,
            Rooms rooms,
            RoomTelling telling,
            RoomHistory history,
            RoomPresence presence,
            RoomLife life,
            CommandOrder order,
            Seats seats) {
        this.room = room;
        this.parts = parts;
        this.rooms = rooms;
        this.telling = telling;
        this.history = history;
        this.missed = new MissedEntries(room, parts, rooms, history);
        this.presence = presence;
        this.life = life;
        this.order = order;
        this.seats = seats;
    }

    // --- on the way in

    void onJoin(Session session, Command.Join join, Tag tag, long serial) {
        var seat = new Seat(session, join.options(), tag, serial);
        if (!seats.take(seat)) {
            refuse(seat, Problem.ROOM_FULL);
            return;
        }
        life.stayOpen();
        rooms.ask(
                () -> parts.gatekeeper().admit(session, room),
                (verdict, failure) -> step(seat, () -> onVerdict(seat, verdict)));
    }

    /** What comes next for a seat that is still on its way in. A bug there costs this join, not those of others. */
    private void step(Seat seat, Runnable work) {
        if (seat.state != Seat.State.JOINING) return;
        if (!rooms.shielded("room", work)) refuse(seat, Problem.INTERNAL);
    }

    private void onVerdict(Seat seat, @Nullable Verdict verdict) {
        switch (verdict) {
            case Verdict.Granted granted
            when granted.permissions().contains(Permission.READ) -> {
                seat.permissions = granted.permissions();
                life.whenOpen(() -> step(seat, () -> onOpenFor(seat)), () -> refuse(seat, Problem.UNAVAILABLE));
            }
            case Verdict.Granted _ -> refuse(seat, Problem.FORBIDDEN);
            case Verdict.Denied denied -> refuse(seat, denied.problem());
            case null -> refuse(seat, Problem.INTERNAL);
        }
    }

    private void onOpenFor(Seat seat) {
        if (seat.options.after() == null) comeIn(seat);
        else missed.since(seat.options.after(), found -> step(seat, () -> onMissed(seat, found)));
    }

    private void onMissed(Seat seat, Optional<MissedEntries.Missed> found) {
        found.ifPresent(m -> {
            seat.missed = m.entries();
            seat.missedUpTo = m.upTo();
        });
        comeIn(seat);
    }

    private void comeIn(Seat seat) {
        Profile user = seat.visible();
        if (user == null) onEntered(seat);
        else presence.enter(seat, user);
    }

    /** The board has it, or need not have it. */
    void onEntered(Seat seat) {
        if (seat.state != Seat.State.JOINING) return;
        arrivals.add(seat);
        if (arrivals.size() == 1) parts.loop().post(() -> rooms.turn(this::welcome));
    }

    void refuse(Seat seat, Problem problem) {
        if (seat.state != Seat.State.JOINING) return;
        remove(seat, CloseReason.CLIENT_LEFT);
        parts.homes().onOutside(seat.session, room, seat.join, false);
        rooms.asker(seat.session, seat.joinTag).refuse(problem);
        order.goOn(seat);
        life.maybeIdle();
    }

    // --- the welcome

    /** All who have arrived since the last time: they share one snapshot, so that it is rendered once. */
    private void welcome() {
        if (life.isClosed() || arrivals.isEmpty()) return;
        if (!history.isReady()) {
            history.whenReady(this::welcome, this::turnAway);
            return;
        }
        presence.flush();
        List<Seat> now = takeArrivals();
        for (Seat seat : now) step(seat, () -> letIn(seat));
        for (Seat seat : now) order.goOn(seat);
    }

    private void turnAway() {
        for (Seat seat : takeArrivals()) refuse(seat, Problem.UNAVAILABLE);
    }

    private List<Seat> takeArrivals() {
        List<Seat> now = List.copyOf(arrivals);
        arrivals.clear();
        return now;
    }

    /** What can fail comes first: until the seat is in, the join can still be refused. */
    private void letIn(Seat seat) {
        Reply welcome = joined(seat, seat.options.historyLimit());
        seats.letIn(seat);
        rooms.asker(seat.session, seat.joinTag).answer(welcome);
        seat.missed = null;
        if (seat.recheck) onRecheck(seat);
    }

    /** What a member is told of the room as it is now. */
    Reply joined(Seat seat, int historyLimit) {
        Optional<List<KeptEvent>> missed = missedUntilNow(seat);
        var window = missed.isPresent() ? MessageWindow.EMPTY : history.window(historyLimit);
        var snapshot = new RoomSnapshot(
                room, history.position(), window, missed.orElse(List.of()), presence.list(), telling.latest());
        return new Reply.Joined(room, snapshot, missed.isPresent());
    }

    /** What was read for a client that came back, and what happened since that read. */
    private Optional<List<KeptEvent>> missedUntilNow(Seat seat) {
        if (seat.missed == null) return Optional.empty();
        List<KeptEvent> all = new ArrayList<>(seat.missed);
        Optional<List<KeptEvent>> since = history.after(seat.missedUpTo);
        since.ifPresent(all::addAll);
        return since.isPresent() ? Optional.of(List.copyOf(all)) : Optional.empty();
    }

    // --- out

    void leave(Seat seat, CloseReason reason) {
        remove(seat, reason);
        life.maybeIdle();
    }

    /** It is out, whatever an engine throws at that. */
    private void remove(Seat seat, CloseReason reason) {
        arrivals.remove(seat);
        rooms.shielded("room", () -> seats.remove(seat, reason));
    }

    /** Asks again whether the session may be here. */
    void onRecheck(Seat seat) {
        if (seat.state == Seat.State.JOINING) {
            seat.recheck = true;
            return;
        }
        rooms.ask(() -> parts.gatekeeper().admit(seat.session, room), (verdict, failure) -> {
            if (seat.state != Seat.State.IN || verdict == null) return;
            if (verdict instanceof Verdict.Granted g && g.permissions().contains(Permission.READ))
                seat.permissions = g.permissions();
            else expel(seat);
        });
    }

    private void expel(Seat seat) {
        remove(seat, CloseReason.REVOKED);
        parts.homes().onOutside(seat.session, room, seat.join, true);
        order.goOn(seat);
        life.maybeIdle();
    }
}
