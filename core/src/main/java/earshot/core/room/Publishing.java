package earshot.core.room;

import earshot.core.history.HistoryUnavailable;
import earshot.core.history.RoomLog.Appended;
import earshot.core.message.Change;
import earshot.core.message.Command;
import earshot.core.message.Draft;
import earshot.core.message.Message;
import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.session.Permission;
import earshot.core.telemetry.Metric;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * From a wish to publish to its answer. Confined to the room's loop.
 *
 * <p>Accepted means told here: an append that the log has stored is answered when the room has come to its entry, behind those before it of the same
 * session.
 */
final class Publishing {
    private final RoomId room;
    private final Rooms.Parts parts;
    private final Rooms rooms;
    private final RoomHistory history;
    private final Typists typists;
    private final RoomLife life;
    private final CommandOrder order;
    /** Appends that are stored, but not told here yet. */
    private final List<Append> ahead = new ArrayList<>();

    private int inFlight;

    Publishing(
            RoomId room,
            Rooms.Parts parts,
            Rooms rooms,
            RoomHistory history,
            Typists typists,
            RoomLife life,
            CommandOrder order) {
        this.room = room;
        this.parts = parts;
        this.rooms = rooms;
        this.history = history;
        this.typists = typists;
        this.life = life;
        this.order = order;
    }

    boolean isIdle() {
        return inFlight == 0;
    }

    // --- who may

    void onPublish(Command.Publish publish, Asker asker, Actor actor) {
        Profile author = actor.user();
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
        order.ask(asker, actor, () -> parts.book().find(room, messageId), found -> {
            if (found == null) asker.refuse(Problem.UNAVAILABLE);
            else if (found.isEmpty()) asker.refuse(Problem.NOT_FOUND);
            else appendIfAuthor(found.get(), publish, author, asker, actor);
        });
    }

    private void appendIfAuthor(Message message, Command.Publish publish, Profile author, Asker asker, Actor actor) {
        if (message.author().user().equals(author.user())) append(publish, author, asker, actor);
        else asker.refuse(Problem.FORBIDDEN);
    }

    // --- the append

    private void append(Command.Publish publish, Profile author, Asker asker, Actor actor) {
        if (inFlight >= parts.appendsInFlightPerRoom()) {
            asker.refuse(Problem.UNAVAILABLE);
            return;
        }
        var draft = new Draft(room, publish.change(), author, parts.clock().millis(), publish.idempotencyKey());
        var append = new Append(asker, actor.seat(), parts.clock().nanos());
        if (append.seat != null) append.seat.await(append);
        inFlight++;
        parts.appends().begin();
        rooms.ask(() -> parts.log().append(draft), (appended, failure) -> {
            try {
                onAppended(append, appended, failure);
            } finally {
                inFlight--;
                parts.appends().end();
                life.maybeIdle();
            }
        });
    }

    private void onAppended(Append append, @Nullable Appended appended, @Nullable Throwable failure) {
        parts.meter().observe(Metric.APPEND_LATENCY, parts.clock().nanos() - append.startNanos);
        if (!rooms.shielded("room", () -> take(append, appended, failure))) fail(append, Problem.INTERNAL);
        if (append.due.isAfter(history.position())) ahead.add(append);
        else settle(append);
    }

    private void take(Append append, @Nullable Appended appended, @Nullable Throwable failure) {
        switch (appended) {
            case Appended.Stored stored -> {
                append.stored(stored);
                history.onEntry(stored.entry());
            }
            case Appended.NotStored refused -> fail(append, refused.problem());
            case null -> {
                // It may be stored all the same: then those who are here must hear of it.
                fail(append, Problem.UNAVAILABLE, HistoryUnavailable.codeOf(failure));
                history.catchUp();
            }
        }
    }

    private void fail(Append append, Problem problem) {
        fail(append, problem, problem.code());
    }

    /** Counted here and nowhere else, before anybody hears of it. */
    private void fail(Append append, Problem problem, String code) {
        parts.meter().add(Metric.APPENDS_FAILED, 1, code);
        append.refused(problem);
    }

    // --- the answer

    /** The room has come further in its log. */
    void onMoved() {
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

    /** Told here: now it may be answered, behind those before it of the same session. */
    private void settle(Append append) {
        parts.meter().observe(Metric.DELIVERY_LATENCY, parts.clock().nanos() - append.startNanos);
        Seat seat = append.seat;
        if (seat == null) {
            append.answer();
            return;
        }
        ArrayDeque<Append> inOrder = Objects.requireNonNull(seat.appends);
        while (!inOrder.isEmpty() && isSettled(inOrder.getFirst()))
            inOrder.removeFirst().answer();
        order.goOn(seat);
    }

    private boolean isSettled(Append append) {
        return append.reply != null && !append.due.isAfter(history.position());
    }
}
