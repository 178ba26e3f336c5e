package earshot.core.room;

import earshot.core.history.RoomLog.Appended;
import earshot.core.message.Audience;
import earshot.core.message.Change;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Draft;
import earshot.core.message.Event;
import earshot.core.message.JoinOptions;
import earshot.core.message.KeptEvent;
import earshot.core.message.Lane;
import earshot.core.message.Message;
import earshot.core.message.MessageWindow;
import earshot.core.message.PresenceList;
import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.RoomSnapshot;
import earshot.core.message.SessionId;
import earshot.core.message.Tag;
import earshot.core.message.UserId;
import earshot.core.presence.MemberBook;
import earshot.core.session.Gatekeeper.Verdict;
import earshot.core.session.Permission;
import earshot.core.session.Session;
import earshot.core.telemetry.Metric;
import earshot.core.time.Deadlines;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One room, on the loop that owns it: who is in it, and what they hear in which order. Confined to that loop; entered through {@link Rooms#turn} only.
 *
 * <h2>A join</h2>
 * The gatekeeper is asked; the log is opened (once for all who wait); what a returning client missed is read; the board takes the session in and says
 * so. Then, at the end of the loop's turn, all who have come that far are welcomed together: what others have to hear is told, each is added to the
 * audience and gets its snapshot. From there on it hears everything. Nothing is queued for a joiner meanwhile, but its own commands.
 *
 * <h2>Order</h2>
 * Commands of one session run one after the other: behind a join, an append (but for posts, whose order the log keeps) or a question to the book they
 * wait. So neither a leave nor the session's end overtakes its last message.
 */
final class Room implements RoomHistory.Applied {
    private static final long LINGER_NANOS = Duration.ofSeconds(5).toNanos();
    private static final int MAX_STATUS_CHARS = 128;
    private static final int MAX_SERVED = 4096;
    private static final Set<Permission> EVERYTHING = Set.of(Permission.values());

    private final RoomId id;
    private final RoomRules rules;
    private final Rooms.Parts parts;
    private final Rooms rooms;
    private final RoomAudience audience;
    private final RoomHistory history;
    private final RoomPresence presence;
    private final Typists typists;
    private final LatestValues latest = new LatestValues();
    private final Reservations reservations = new Reservations();
    private final Map<SessionId, Seat> seats = new HashMap<>();
    private final List<Seat> arrivals = new ArrayList<>();
    /** Appends that are stored, but not told here yet. */
    private final List<Append> ahead = new ArrayList<>();

    private final List<Runnable> untilReturnsKnown = new ArrayList<>();

    private int members;
    private int appending;
    private int served;
    private Opening opening = Opening.NOT_YET;
    private boolean closed;
    private Deadlines.@Nullable Deadline closing;

    /** Whether the room knows who is expected back and follows the board. */
    private enum Opening {
        NOT_YET,
        ASKED,
        DONE
    }

    Room(RoomId id, Rooms.Parts parts, Rooms rooms) {
        this.id = id;
        this.parts = parts;
        this.rooms = rooms;
        this.rules = parts.realms().rules(id);
        this.audience = parts.audiences().open(id);
        this.history = new RoomHistory(id, rules, parts, rooms, this);
        this.presence = new RoomPresence(id, rules, parts, rooms, new Presence());
        this.typists = new Typists(id, rules, parts.clock(), parts.loop().deadlines(), new Typing());
    }

    Rooms.OpenRoom info() {
        return new Rooms.OpenRoom(id, members, presence.users());
    }

    // --- commands of sessions

    void onCommand(Session session, Command command, Tag tag, long join) {
        Seat seat = seats.get(session.id());
        if (seat == null) {
            if (command instanceof Command.Join first) onJoin(session, first, tag, join);
            else answerOutside(parts, session, command, tag);
            return;
        }
        if (!seat.hasWaiting() && !seat.mustWait(command)) run(seat, command, tag, join);
        else await(seat, new Seat.Waiting(command, tag, join, null));
    }

    /** A session that is not in the room. */
    static void answerOutside(Rooms.Parts parts, Session session, Command command, Tag tag) {
        Asker asker = asker(parts, session, tag);
        if (command instanceof Command.Leave) asker.answer(Reply.Done.INSTANCE);
        else asker.refuse(Problem.NOT_MEMBER);
    }

    /** A leave is never refused, since that would keep the session in; but two at the end of the line are one too many. */
    private void await(Seat seat, Seat.Waiting item) {
        ArrayDeque<Seat.Waiting> waiting = seat.waiting;
        boolean full = waiting != null && waiting.size() >= parts.waitingPerMember();
        boolean leave = item.command() instanceof Command.Leave;
        boolean leavesTwice =
                waiting != null && !waiting.isEmpty() && waiting.getLast().command() instanceof Command.Leave;
        if (full && (!leave || leavesTwice)) asker(seat.session, item.tag()).refuse(Problem.BUSY);
        else seat.await(item);
    }

    /** The session is gone from its home loop; nothing more comes from it. */
    void onGone(Session session, CloseReason reason) {
        Seat seat = seats.get(session.id());
        if (seat == null) return;
        if (seat.state == Seat.State.JOINING && !saysSomethingLater(seat)) {
            unseat(seat, reason);
            maybeIdle();
        } else if (!seat.hasWaiting() && !seat.mustWait(null)) {
            unseat(seat, reason);
            maybeIdle();
        } else {
            seat.await(new Seat.Waiting(null, Tag.NONE, seat.join, reason));
        }
    }

    private static boolean saysSomethingLater(Seat seat) {
        return seat.waiting != null && seat.waiting.stream().anyMatch(w -> w.command() instanceof Command.Publish);
    }

    /** Goes on with what waited; stops at what must wait again. */
    private void goOn(Seat seat) {
        while (seat.hasWaiting()) {
            ArrayDeque<Seat.Waiting> waiting = Objects.requireNonNull(seat.waiting);
            if (seat.state == Seat.State.GONE) {
                goOnOutside(seat.session, waiting);
                return;
            }
            if (seat.mustWait(waiting.getFirst().command())) return;
            Seat.Waiting next = waiting.removeFirst();
            if (next.command() != null) run(seat, next.command(), next.tag(), next.join());
            else unseat(seat, next.end() == null ? CloseReason.CLIENT_LEFT : next.end());
        }
        if (seat.state == Seat.State.GONE) maybeIdle();
    }

    /** The seat is gone and a command after it may make a new one. */
    private void goOnOutside(Session session, ArrayDeque<Seat.Waiting> waiting) {
        for (Seat.Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
            if (next.command() != null) onCommand(session, next.command(), next.tag(), next.join());
            else onGone(session, next.end() == null ? CloseReason.CLIENT_LEFT : next.end());
        }
        maybeIdle();
    }

    private void run(Seat seat, Command command, Tag tag, long join) {
        Asker asker = asker(seat.session, tag);
        switch (command) {
            case Command.Join again -> {
                seat.join = join;
                asker.answer(joined(again.options().historyLimit(), seat));
            }
            case Command.Leave _ -> {
                unseat(seat, CloseReason.CLIENT_LEFT);
                asker.answer(Reply.Done.INSTANCE);
                maybeIdle();
            }
            default -> run(command, asker, new Actor(seat.session.user(), seat.session.id(), seat.permissions, seat));
        }
    }

    // --- commands of anybody

    /**
     * Who does something.
     *
     * @param user null: anonymous, or the server for nobody
     * @param session null: the server
     * @param seat null: the server
     */
    private record Actor(
            @Nullable Profile user,
            @Nullable SessionId session,
            Set<Permission> permissions,
            @Nullable Seat seat) {
        boolean may(Permission permission) {
            return permissions.contains(permission);
        }
    }

    private void run(Command command, Asker asker, Actor actor) {
        switch (command) {
            case Command.Publish publish -> onPublish(publish, asker, actor);
            case Command.Type type -> onType(type, asker, actor);
            case Command.Vote vote -> onVote(vote, asker, actor);
            case Command.SetStatus status -> onStatus(status, asker, actor);
            case Command.ReadHistory read -> onReadHistory(read, asker, actor);
            case Command.ReadPresence _ -> onReadPresence(asker, actor);
            case Command.Relay relay -> onRelay(relay, asker, actor);
            case Command.Join _, Command.Leave _ -> asker.refuse(Problem.INVALID);
        }
    }

    private void onType(Command.Type type, Asker asker, Actor actor) {
        if (actor.user == null) {
            asker.refuse(Problem.FORBIDDEN);
            return;
        }
        if (type.on()) typists.onTyping(actor.user, actor.session, type.replyTo());
        else typists.onStopped(actor.user.user(), actor.session);
        asker.answer(Reply.Done.INSTANCE);
    }

    private void onVote(Command.Vote vote, Asker asker, Actor actor) {
        if (!actor.may(Permission.MODERATE)) {
            asker.refuse(Problem.FORBIDDEN);
            return;
        }
        tell(new Event.VotesChanged(id, vote.messageId(), vote.upvotes(), vote.downvotes()), Audience.ALL);
        asker.answer(Reply.Done.INSTANCE);
    }

    private void onStatus(Command.SetStatus status, Asker asker, Actor actor) {
        if (actor.user == null) {
            asker.refuse(Problem.FORBIDDEN);
        } else if (status.status().isEmpty() || status.status().length() > MAX_STATUS_CHARS) {
            asker.refuse(Problem.INVALID);
        } else {
            presence.status(actor.user.user(), status.status());
            asker.answer(Reply.Done.INSTANCE);
        }
    }

    private void onReadPresence(Asker asker, Actor actor) {
        if (actor.may(Permission.READ)) asker.answer(new Reply.Here(id, presence.list()));
        else asker.refuse(Problem.FORBIDDEN);
    }

    private void onReadHistory(Command.ReadHistory read, Asker asker, Actor actor) {
        if (!actor.may(Permission.READ)) {
            asker.refuse(Problem.FORBIDDEN);
            return;
        }
        int limit = Math.clamp(read.limit(), 1, JoinOptions.MAX_HISTORY);
        pause(actor);
        rooms.ask(() -> parts.book().page(id, read.from(), limit), (page, failure) -> {
            if (page == null) asker.refuse(Problem.UNAVAILABLE);
            else asker.answer(new Reply.History(id, page.messages(), page.complete()));
            unpause(actor);
        });
    }

    private void onRelay(Command.Relay relay, Asker asker, Actor actor) {
        if (!actor.may(Permission.WRITE)) {
            asker.refuse(Problem.FORBIDDEN);
        } else if (!relay.event().room().equals(id)) {
            asker.refuse(Problem.INVALID);
        } else {
            tell(relay.event(), relay.audience());
            asker.answer(Reply.Done.INSTANCE);
        }
    }

    // --- publishing

    private void onPublish(Command.Publish publish, Asker asker, Actor actor) {
        Profile author = actor.user;
        if (author == null || !actor.may(Permission.WRITE)) asker.refuse(Problem.FORBIDDEN);
        else if (!isWellFormed(publish)) asker.refuse(Problem.INVALID);
        else
            switch (publish.change()) {
                case Change.Post _ -> {
                    typists.onStopped(author.user(), null);
                    append(publish, author, asker, actor);
                }
                case Change.Pin _ -> {
                    if (actor.may(Permission.MODERATE)) append(publish, author, asker, actor);
                    else asker.refuse(Problem.FORBIDDEN);
                }
                case Change.Edit _, Change.Delete _ -> {
                    if (actor.may(Permission.MODERATE)) append(publish, author, asker, actor);
                    else appendIfAuthor(publish, author, asker, actor);
                }
            }
    }

    private static boolean isWellFormed(Command.Publish publish) {
        int idChars = publish.change().messageId().length();
        String key = publish.idempotencyKey();
        return idChars >= 1
                && idChars <= Message.MAX_ID_CHARS
                && (key == null || key.length() <= Draft.MAX_IDEMPOTENCY_KEY_CHARS);
    }

    private void appendIfAuthor(Command.Publish publish, Profile author, Asker asker, Actor actor) {
        String messageId = publish.change().messageId();
        Message known = history.find(messageId);
        if (known != null) {
            appendIfAuthor(known, publish, author, asker, actor);
            return;
        }
        pause(actor);
        rooms.ask(() -> parts.book().find(id, messageId), (found, failure) -> {
            if (found == null) asker.refuse(Problem.UNAVAILABLE);
            else if (found.isEmpty()) asker.refuse(Problem.NOT_FOUND);
            else appendIfAuthor(found.get(), publish, author, asker, actor);
            unpause(actor);
        });
    }

    private void appendIfAuthor(Message message, Command.Publish publish, Profile author, Asker asker, Actor actor) {
        UserId said = message.author().user();
        if (said.equals(author.user())) append(publish, author, asker, actor);
        else asker.refuse(Problem.FORBIDDEN);
    }

    private void append(Command.Publish publish, Profile author, Asker asker, Actor actor) {
        if (appending >= parts.appendsInFlightPerRoom()) {
            asker.refuse(Problem.UNAVAILABLE);
            return;
        }
        var draft = new Draft(id, publish.change(), author, parts.clock().millis(), publish.idempotencyKey());
        var append = new Append(asker, actor.seat, parts.clock().nanos());
        if (actor.seat != null) {
            if (actor.seat.appends == null) actor.seat.appends = new ArrayDeque<>(2);
            actor.seat.appends.add(append);
        }
        appending++;
        parts.appends().begin();
        rooms.ask(() -> parts.log().append(draft), (appended, failure) -> {
            try {
                onAppended(append, appended);
            } finally {
                appending--;
                parts.appends().end();
                maybeIdle();
            }
        });
    }

    private void onAppended(Append append, @Nullable Appended appended) {
        parts.meter().observe(Metric.APPEND_LATENCY, parts.clock().nanos() - append.startNanos);
        switch (appended) {
            case Appended.Stored stored -> {
                append.stored(stored);
                history.onEntry(stored.entry());
            }
            case Appended.NotStored refused -> fail(append, refused.problem());
            case null -> {
                // It may be stored all the same: then those who are here must hear of it.
                fail(append, Problem.UNAVAILABLE);
                history.catchUp();
            }
        }
        if (append.due.isAfter(history.position())) ahead.add(append);
        else settle(append);
    }

    private void fail(Append append, Problem problem) {
        parts.meter().add(Metric.APPENDS_FAILED, 1, problem.code());
        append.reply = Reply.Refused.of(problem);
    }

    /** Told here: now it may be answered, behind those before it of the same session. */
    private void settle(Append append) {
        parts.meter().observe(Metric.DELIVERY_LATENCY, parts.clock().nanos() - append.startNanos);
        Seat seat = append.seat;
        if (seat == null) {
            append.asker.answer(Objects.requireNonNull(append.reply));
            return;
        }
        ArrayDeque<Append> inOrder = Objects.requireNonNull(seat.appends);
        while (!inOrder.isEmpty() && isSettled(inOrder.getFirst())) {
            Append first = inOrder.removeFirst();
            first.asker.answer(Objects.requireNonNull(first.reply));
        }
        goOn(seat);
    }

    private boolean isSettled(Append append) {
        return append.reply != null && !append.due.isAfter(history.position());
    }

    @Override
    public void onApplied(KeptEvent entry) {
        if (entry instanceof KeptEvent.MessageDeleted) latest.forgetVotes(entry.messageId());
        parts.meter().add(Metric.EVENTS, 1, "kept");
        rooms.shielded("audience", () -> audience.tell(entry, Audience.ALL));
    }

    @Override
    public void onMoved() {
        if (ahead.isEmpty()) return;
        List<Append> told = new ArrayList<>();
        for (Iterator<Append> it = ahead.iterator(); it.hasNext(); ) {
            Append append = it.next();
            if (append.due.isAfter(history.position())) continue;
            it.remove();
            told.add(append);
        }
        for (Append append : told) settle(append);
    }

    // --- telling

    private void tell(Event.RoomEvent event, Audience to) {
        parts.meter().add(Metric.EVENTS, 1, laneName(event.lane()));
        boolean forAll = !(to instanceof Audience.OneSession) && !(to instanceof Audience.OneUser);
        if (event.lane() == Lane.LATEST && forAll && latest.put(event))
            parts.meter().add(Metric.DROPS, 1, "latest", "table");
        rooms.shielded("audience", () -> audience.tell(event, to));
    }

    private static String laneName(Lane lane) {
        return switch (lane) {
            case KEPT -> "kept";
            case SURE -> "sure";
            case LATEST -> "latest";
            case SPARE -> "spare";
        };
    }

    private static Asker asker(Rooms.Parts parts, Session session, Tag tag) {
        return reply -> {
            if (reply instanceof Reply.Refused refused)
                parts.meter().add(Metric.REFUSALS, 1, refused.problem().code());
            if (reply instanceof Reply.Accepted) parts.meter().add(Metric.MESSAGES_SENT, 1, session.dialect());
            parts.connections().reply(session, tag, reply);
        };
    }

    private Asker asker(Session session, Tag tag) {
        return asker(parts, session, tag);
    }

    private void pause(Actor actor) {
        if (actor.seat != null) actor.seat.paused = true;
    }

    private void unpause(Actor actor) {
        if (actor.seat == null) return;
        actor.seat.paused = false;
        goOn(actor.seat);
    }

    // --- joining

    private void onJoin(Session session, Command.Join join, Tag tag, long serial) {
        var seat = new Seat(session, join.options(), tag, serial);
        if (isFullFor(session)) {
            parts.meter().add(Metric.ROOM_FULL, 1, id.realm());
            refuseJoin(seat, Problem.ROOM_FULL);
            return;
        }
        reservations.take(session);
        seats.put(session.id(), seat);
        stayOpen();
        rooms.ask(() -> parts.gatekeeper().admit(session, id), (verdict, failure) -> {
            if (seat.state == Seat.State.JOINING) onVerdict(seat, verdict);
        });
    }

    private boolean isFullFor(Session session) {
        if (reservations.count() > 0) reservations.expire(parts.clock().nanos());
        return seats.size() + reservations.count() >= rules.capacity() && !reservations.isHeldBy(session);
    }

    private void onVerdict(Seat seat, @Nullable Verdict verdict) {
        switch (verdict) {
            case Verdict.Granted granted
            when granted.permissions().contains(Permission.READ) -> {
                seat.permissions = granted.permissions();
                whenOpen(() -> onOpenFor(seat), () -> refuseJoin(seat, Problem.UNAVAILABLE));
            }
            case Verdict.Granted _ -> refuseJoin(seat, Problem.FORBIDDEN);
            case Verdict.Denied denied -> refuseJoin(seat, denied.problem());
            case null -> refuseJoin(seat, Problem.INTERNAL);
        }
    }

    private void onOpenFor(Seat seat) {
        if (seat.state != Seat.State.JOINING) return;
        if (seat.options.after() == null) {
            comeIn(seat);
            return;
        }
        history.missedSince(seat.options.after(), missed -> {
            if (seat.state != Seat.State.JOINING) return;
            missed.ifPresent(m -> {
                seat.missed = m.entries();
                seat.missedUpTo = m.upTo();
            });
            comeIn(seat);
        });
    }

    private void comeIn(Seat seat) {
        Profile user = seat.visible();
        if (user == null) arrive(seat);
        else presence.enter(seat, user);
    }

    private void arrive(Seat seat) {
        if (seat.state != Seat.State.JOINING) return;
        arrivals.add(seat);
        if (arrivals.size() == 1) parts.loop().post(() -> rooms.turn(this::welcome));
    }

    /** All who have arrived since the last time: they share one snapshot, so that it is rendered once. */
    private void welcome() {
        if (closed || arrivals.isEmpty()) return;
        if (!history.isReady()) {
            history.whenReady(this::welcome, this::turnAway);
            return;
        }
        presence.flush();
        List<Seat> now = List.copyOf(arrivals);
        arrivals.clear();
        for (Seat seat : now) if (seat.state == Seat.State.JOINING) add(seat);
        for (Seat seat : now) goOn(seat);
    }

    private void turnAway() {
        List<Seat> now = List.copyOf(arrivals);
        arrivals.clear();
        for (Seat seat : now) refuseJoin(seat, Problem.UNAVAILABLE);
    }

    private void add(Seat seat) {
        seat.state = Seat.State.IN;
        if (++members == 1) parts.meter().move(Metric.ROOMS_ACTIVE, 1, id.realm());
        parts.meter().move(Metric.ROOM_SUBSCRIPTIONS, 1, id.realm());
        audience.add(seat.session, seat.options);
        asker(seat.session, seat.joinTag).answer(joined(seat.options.historyLimit(), seat));
        seat.missed = null;
        if (seat.recheck) onRecheck(seat.session);
    }

    private Reply joined(int historyLimit, Seat seat) {
        PresenceList here = presence.list();
        Optional<List<KeptEvent>> missed = missedUntilNow(seat);
        var window = missed.isPresent() ? MessageWindow.EMPTY : history.window(historyLimit);
        var snapshot = new RoomSnapshot(id, history.position(), window, missed.orElse(List.of()), here, latest.list());
        return new Reply.Joined(id, snapshot, missed.isPresent());
    }

    /** What was read for a client that came back, and what happened since that read. */
    private Optional<List<KeptEvent>> missedUntilNow(Seat seat) {
        if (seat.missed == null) return Optional.empty();
        List<KeptEvent> all = new ArrayList<>(seat.missed);
        Optional<List<KeptEvent>> since = history.after(seat.missedUpTo);
        since.ifPresent(all::addAll);
        return since.isPresent() ? Optional.of(List.copyOf(all)) : Optional.empty();
    }

    private void refuseJoin(Seat seat, Problem problem) {
        if (seat.state != Seat.State.JOINING) return;
        if (seats.get(seat.session.id()) == seat) unseat(seat, CloseReason.CLIENT_LEFT);
        seat.state = Seat.State.GONE;
        parts.homes().onOutside(seat.session, id, seat.join, false);
        asker(seat.session, seat.joinTag).refuse(problem);
        goOn(seat);
        maybeIdle();
    }

    // --- leaving

    private void unseat(Seat seat, CloseReason reason) {
        boolean wasIn = seat.state == Seat.State.IN;
        seat.state = Seat.State.GONE;
        seats.remove(seat.session.id());
        arrivals.remove(seat);
        if (wasIn) {
            members--;
            if (members == 0) parts.meter().move(Metric.ROOMS_ACTIVE, -1, id.realm());
            parts.meter().move(Metric.ROOM_SUBSCRIPTIONS, -1, id.realm());
            audience.remove(seat.session);
        }
        Profile user = seat.session.user();
        if (user != null) typists.onStopped(user.user(), seat.session.id());
        Profile visible = seat.visible();
        if (visible != null) presence.leave(seat, visible, reason);
    }

    /** Asks again whether the session may be here. */
    void onRecheck(Session session) {
        Seat seat = seats.get(session.id());
        if (seat == null) return;
        if (seat.state == Seat.State.JOINING) {
            seat.recheck = true;
            return;
        }
        rooms.ask(() -> parts.gatekeeper().admit(session, id), (verdict, failure) -> {
            if (seat.state != Seat.State.IN || verdict == null) return;
            if (verdict instanceof Verdict.Granted g && g.permissions().contains(Permission.READ))
                seat.permissions = g.permissions();
            else expel(seat);
        });
    }

    private void expel(Seat seat) {
        unseat(seat, CloseReason.REVOKED);
        parts.homes().onOutside(seat.session, id, seat.join, true);
        goOn(seat);
        maybeIdle();
    }

    // --- the server's own

    void onServe(Command command, @Nullable Profile as, CompletableFuture<Reply> answer) {
        if (served >= MAX_SERVED) {
            answer.complete(Reply.Refused.of(Problem.BUSY));
            return;
        }
        served++;
        stayOpen();
        Asker asker = reply -> {
            served--;
            if (reply instanceof Reply.Refused refused)
                parts.meter().add(Metric.REFUSALS, 1, refused.problem().code());
            answer.complete(reply);
            maybeIdle();
        };
        whenOpen(
                () -> run(command, asker, new Actor(as, null, EVERYTHING, null)),
                () -> asker.refuse(Problem.UNAVAILABLE));
    }

    // --- places

    Reservations.@Nullable Held reserve() {
        long now = parts.clock().nanos();
        reservations.expire(now);
        if (seats.size() + reservations.count() >= rules.capacity()) {
            parts.meter().add(Metric.ROOM_FULL, 1, id.realm());
            maybeIdle();
            return null;
        }
        stayOpen();
        Reservations.Held held = reservations.hold(now);
        var _ = parts.loop()
                .deadlines()
                .at(now + Reservations.HOLD_NANOS, () -> rooms.turn(this::onReservationsExpired));
        return held;
    }

    void onReleased(Reservations.Held held) {
        reservations.drop(held);
        maybeIdle();
    }

    private void onReservationsExpired() {
        reservations.expire(parts.clock().nanos());
        maybeIdle();
    }

    // --- opening and closing

    private void whenOpen(Runnable open, Runnable failed) {
        if (opening == Opening.NOT_YET) expectReturns();
        history.whenReady(() -> whenReturnsKnown(open), failed);
    }

    private void whenReturnsKnown(Runnable then) {
        if (opening == Opening.DONE) then.run();
        else untilReturnsKnown.add(then);
    }

    private void expectReturns() {
        opening = Opening.ASKED;
        if (!rooms.expectsReturns(id)) {
            onReturnsKnown(List.of());
            return;
        }
        rooms.ask(
                () -> parts.members().returning(id),
                (returning, failure) -> onReturnsKnown(returning == null ? List.of() : returning));
    }

    private void onReturnsKnown(List<MemberBook.Returning> returning) {
        if (closed || opening == Opening.DONE) return;
        opening = Opening.DONE;
        if (!returning.isEmpty()) rooms.returnsExpected(id);
        presence.expect(returning);
        presence.open();
        List<Runnable> waited = List.copyOf(untilReturnsKnown);
        untilReturnsKnown.clear();
        for (Runnable then : waited) then.run();
    }

    private void stayOpen() {
        if (closing != null) closing.cancel();
        closing = null;
    }

    private void maybeIdle() {
        if (closed || closing != null || !isIdle()) return;
        closing = parts.loop().deadlines().at(parts.clock().nanos() + LINGER_NANOS, () -> rooms.turn(this::onLingered));
    }

    private boolean isIdle() {
        return seats.isEmpty() && served == 0 && appending == 0 && reservations.count() == 0 && presence.isIdle();
    }

    private void onLingered() {
        closing = null;
        if (closed || !isIdle()) return;
        closed = true;
        history.close();
        presence.close();
        typists.close();
        audience.close();
        rooms.closed(id);
    }

    /** What presence asks of the room. */
    private final class Presence implements RoomPresence.Telling {
        @Override
        public void tell(Event.RoomEvent event, Audience to) {
            if (event instanceof Event.UserLeft left)
                latest.forgetStatus(left.user().user());
            Room.this.tell(event, to);
        }

        @Override
        public int members() {
            return members;
        }

        @Override
        public void onEntered(Seat seat) {
            arrive(seat);
        }

        @Override
        public void onNotEntered(Seat seat) {
            refuseJoin(seat, Problem.UNAVAILABLE);
        }

        @Override
        public void onMaybeIdle() {
            maybeIdle();
        }
    }

    /** Where typing is told. */
    private final class Typing implements Typists.Telling {
        @Override
        public void tell(Event.Typing event, Audience to) {
            Room.this.tell(event, to);
        }

        @Override
        public void count(String outcome) {
            parts.meter().add(Metric.TYPING, 1, outcome);
        }
    }
}
