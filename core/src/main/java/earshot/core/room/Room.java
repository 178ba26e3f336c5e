package earshot.core.room;

import earshot.core.message.Audience;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.JoinOptions;
import earshot.core.message.KeptEvent;
import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.Status;
import earshot.core.message.Tag;
import earshot.core.session.Permission;
import earshot.core.session.Session;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One room, on the loop that owns it: who is in it, and what they hear in which order. Confined to that loop; entered through {@link Rooms#turn} only.
 *
 * <p>Here commands come in and go to whom they concern: {@link CommandOrder} says when, {@link Door} lets in and out of the {@link Seats},
 * {@link Publishing} puts into the log, {@link RoomHistory} brings what the log says, {@link RoomPresence} what the board says, {@link Elsewhere} what
 * other nodes decided, and all that members hear goes through {@link RoomTelling}. {@link RoomLife} opens the room and closes it.
 */
final class Room {
    private final RoomId id;
    private final Rooms.Parts parts;
    private final Rooms rooms;
    private final RoomTelling telling;
    private final RoomHistory history;
    private final RoomPresence presence;
    private final Elsewhere elsewhere;
    private final Typists typists;
    private final RoomLife life;
    private final CommandOrder order;
    private final Seats seats;
    private final Door door;
    private final Publishing publishing;
    private final Served served;

    Room(RoomId id, Rooms.Parts parts, Rooms rooms) {
        this.id = id;
        this.parts = parts;
        this.rooms = rooms;
        RoomRules rules = parts.realms().rules(id);
        telling = new RoomTelling(id, parts, rooms);
        history = new RoomHistory(id, rules, parts, rooms, new Applied());
        presence = new RoomPresence(id, rules, parts, rooms, new Presence());
        elsewhere = new Elsewhere(id, rules, parts, rooms, history, telling);
        typists = elsewhere.typists();
        life = new RoomLife(id, parts, rooms, history, presence, elsewhere, new Use());
        order = new CommandOrder(parts, rooms, new Turns());
        seats = new Seats(id, rules, parts, telling, presence, typists);
        door = new Door(id, parts, rooms, telling, history, presence, life, order, seats);
        publishing = new Publishing(id, parts, rooms, history, typists, life, order);
        served = new Served(id.realm(), parts, life::maybeIdle);
    }

    Rooms.OpenRoom info() {
        return new Rooms.OpenRoom(id, seats.members(), presence.users());
    }

    // --- sessions

    void onCommand(Session session, Command command, Tag tag, long join) {
        Seat seat = seats.find(session);
        if (seat != null) order.onCommand(seat, command, tag, join);
        else if (command instanceof Command.Join first) door.onJoin(session, first, tag, join);
        else rooms.answerOutside(session, command, tag);
    }

    /** The session is gone from its home loop; nothing more comes from it. */
    void onGone(Session session, CloseReason reason) {
        Seat seat = seats.find(session);
        if (seat != null) order.onGone(seat, reason);
    }

    void onRecheck(Session session) {
        Seat seat = seats.find(session);
        if (seat != null) door.onRecheck(seat);
    }

    void onSendBack() {
        seats.sendBack();
    }

    // --- the server's own

    void onServe(Command command, Actor actor, CompletableFuture<Reply> answer) {
        serve(answer, asker -> run(command, asker, actor));
    }

    /** Answers when everything is applied that the log has now, or when that cannot be known. */
    void onCatchUp(CompletableFuture<Reply> answer) {
        serve(answer, asker -> history.whenCurrent(() -> asker.answer(Reply.Done.INSTANCE)));
    }

    private void serve(CompletableFuture<Reply> answer, Consumer<Asker> work) {
        if (served.isFull()) {
            answer.complete(Reply.Refused.of(Problem.BUSY));
            return;
        }
        life.stayOpen();
        Asker asker = served.asker(answer);
        Runnable step = () -> rooms.step(asker, () -> work.accept(asker));
        rooms.step(asker, () -> life.whenOpen(step, () -> asker.refuse(Problem.UNAVAILABLE)));
    }

    // --- places

    Reservations.@Nullable Held reserve() {
        Reservations.Held held = seats.hold();
        if (held == null) {
            life.maybeIdle();
            return null;
        }
        life.stayOpen();
        long until = parts.clock().nanos() + Reservations.HOLD_NANOS;
        var _ = parts.loop().deadlines().at(until, () -> rooms.turn(this::onReservationsExpired));
        return held;
    }

    void onReleased(Reservations.Held held) {
        seats.release(held);
        life.maybeIdle();
    }

    private void onReservationsExpired() {
        seats.expireHeld();
        life.maybeIdle();
    }

    // --- commands

    private void run(Seat seat, Command command, Asker asker, long join) {
        switch (command) {
            case Command.Join again -> {
                seat.join = join;
                if (again.options().variant() != seat.variant) hearsNow(seat, again.options());
                asker.answer(door.joined(seat, again.options().historyLimit()));
            }
            case Command.Leave _ -> {
                door.leave(seat, CloseReason.CLIENT_LEFT);
                asker.answer(Reply.Done.INSTANCE);
            }
            default -> run(command, asker, Actor.of(seat));
        }
    }

    private void hearsNow(Seat seat, JoinOptions options) {
        seat.variant = options.variant();
        telling.change(seat.session, options);
    }

    private void run(Command command, Asker asker, Actor actor) {
        switch (command) {
            case Command.Publish publish -> publishing.onPublish(publish, asker, actor);
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
        Profile user = actor.user();
        if (user == null) {
            asker.refuse(Problem.FORBIDDEN);
            return;
        }
        if (type.on()) typists.onTyping(user, actor.session(), type.replyTo());
        else typists.onStopped(user.user(), actor.session());
        asker.answer(Reply.Done.INSTANCE);
    }

    private void onVote(Command.Vote vote, Asker asker, Actor actor) {
        if (!actor.may(Permission.MODERATE)) {
            asker.refuse(Problem.FORBIDDEN);
            return;
        }
        tell(new Event.VotesChanged(id, vote.messageId(), vote.upvotes(), vote.downvotes()), Audience.ALL, actor);
        asker.answer(Reply.Done.INSTANCE);
    }

    private void onStatus(Command.SetStatus status, Asker asker, Actor actor) {
        Profile user = actor.user();
        if (user == null) {
            asker.refuse(Problem.FORBIDDEN);
            return;
        }
        var chosen = new Status(status.status(), status.note());
        if (!chosen.isWellFormed()) {
            asker.refuse(Problem.INVALID);
        } else {
            presence.status(user.user(), chosen.text());
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
        order.ask(asker, actor, () -> parts.book().page(id, read.from(), limit), page -> {
            if (page == null) asker.refuse(Problem.UNAVAILABLE);
            else asker.answer(new Reply.History(id, page.messages(), page.complete()));
        });
    }

    private void onRelay(Command.Relay relay, Asker asker, Actor actor) {
        if (!actor.may(Permission.WRITE)) {
            asker.refuse(Problem.FORBIDDEN);
        } else if (!relay.event().room().equals(id)) {
            asker.refuse(Problem.INVALID);
        } else {
            tell(relay.event(), relay.audience(), actor);
            asker.answer(Reply.Done.INSTANCE);
        }
    }

    private void tell(Event.RoomEvent event, Audience to, Actor actor) {
        if (actor.everywhere()) elsewhere.decide(event, to);
        else telling.tell(event, to);
    }

    // --- what the parts ask of the room

    private final class Turns implements CommandOrder.Turns {
        @Override
        public void run(Seat seat, Command command, Tag tag, long join) {
            Asker asker = rooms.asker(seat.session, tag);
            rooms.step(asker, () -> Room.this.run(seat, command, asker, join));
        }

        @Override
        public void end(Seat seat, CloseReason reason) {
            door.leave(seat, reason);
        }

        @Override
        public void again(Session session, Seat.Waiting item) {
            if (item.command() == null) onGone(session, item.reason());
            else onCommand(session, item.command(), item.tag(), item.join());
        }
    }

    private final class Applied implements RoomHistory.Applied {
        @Override
        public void onApplied(KeptEvent entry) {
            telling.tell(entry);
        }

        @Override
        public void onMoved() {
            publishing.onMoved();
            elsewhere.onMoved();
        }
    }

    private final class Presence implements RoomPresence.Telling {
        @Override
        public void tell(Event.RoomEvent event, Audience to) {
            telling.tell(event, to);
        }

        @Override
        public int members() {
            return seats.members();
        }

        @Override
        public void onEntered(Seat seat) {
            door.onEntered(seat);
        }

        @Override
        public void onNotEntered(Seat seat) {
            door.refuse(seat, Problem.UNAVAILABLE);
        }

        @Override
        public void onMaybeIdle() {
            life.maybeIdle();
        }
    }

    private final class Use implements RoomLife.Use {
        @Override
        public boolean isIdle() {
            return seats.areUnused() && served.isIdle() && publishing.isIdle() && presence.isIdle();
        }

        @Override
        public void onClosed() {
            history.close();
            presence.close();
            elsewhere.close();
            telling.close();
            rooms.closed(id);
        }
    }
}
