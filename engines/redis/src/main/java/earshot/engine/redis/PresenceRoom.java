package earshot.engine.redis;

import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.presence.PresenceBoard.Entry;
import earshot.core.presence.PresenceBoard.Follower;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Presence of one room as this node knows it: what its own sessions want, and what the stream says of everybody's. Thread-safe: a lock of the room's own
 * keeps changes and their telling in one order; followers are called under it, {@link PresenceHome} too, which therefore only takes notes.
 *
 * <h2>Who is right</h2>
 * About its own sessions the node is, about those of others the stream. So a change of an own session is only a wish until the stream brings it, and a
 * stream that says something else (because it was lost, or others took this node for dead) is put right by wishing again.
 *
 * <h2>Four states</h2>
 * COLD: nobody here follows; wishes are sent. WAITING: somebody follows and nothing is known yet; wishes wait. LIVE: what the stream says is told.
 * LOCAL: Redis is away; what own sessions do is told at once, the others stay as they were. From any state a reading of the whole room leads to LIVE (or
 * back to COLD), and what differs from the view before is told by a snapshot.
 */
final class PresenceRoom {
    private enum State {
        COLD,
        WAITING,
        LIVE,
        LOCAL
    }

    final RoomId id;
    final String key;
    final int partition;
    private final PresenceHome home;
    private final OwnPresence own = new OwnPresence();
    private final ToldPresence told = new ToldPresence(own);
    private final PresenceReading reading = new PresenceReading();
    private State state = State.COLD;
    /** A reading is wanted or under way. */
    private boolean unsure;
    /** The board knows that there is something to send. */
    private boolean queued;
    /** The version that the stream must bring, for all that Redis said of what was sent. */
    private long due;

    private boolean gone;

    PresenceRoom(RoomId id, String key, int partition, PresenceHome home) {
        this.id = id;
        this.key = key;
        this.partition = partition;
        this.home = home;
    }

    // --- what sessions want

    /** False: the room was given up meanwhile; ask for another one. The same of {@link #leave}, {@link #status} and {@link #follow}. */
    synchronized boolean enter(Entry entry) {
        if (gone) return false;
        own.enter(entry);
        if (state == State.LOCAL) told.entered(new PresenceChange.Entered(entry, home.owner()));
        else wish(entry.session());
        return true;
    }

    synchronized boolean leave(SessionId session) {
        if (gone) return false;
        if (!own.leave(session)) giveUpUnused();
        else if (state == State.LOCAL) told.left(session);
        else wish(session);
        return true;
    }

    synchronized boolean status(UserId user, String status) {
        if (gone) return false;
        if (state != State.COLD || !own.isEmpty()) own.wish(user, status);
        if (state == State.LOCAL) told.status(user, status);
        else send();
        giveUpUnused();
        return true;
    }

    synchronized boolean hasOwn(UserId user) {
        for (SessionId session : told.view.sessionsOf(user)) if (own.has(session)) return true;
        return false;
    }

    private void wish(SessionId session) {
        own.wish(session);
        send();
    }

    private void send() {
        if (queued || !own.hasWishes() || (state != State.COLD && state != State.LIVE)) return;
        queued = true;
        home.onWish(this);
    }

    // --- followers

    synchronized boolean follow(Follower follower) {
        if (gone) return false;
        if (state == State.LIVE || state == State.LOCAL) told.show(follower);
        told.add(follower);
        if (state == State.COLD) begin();
        return true;
    }

    private void begin() {
        state = State.WAITING;
        beUnsure("follow");
        if (home.isAway()) goLocal();
    }

    synchronized void stop(Follower follower) {
        if (!told.remove(follower) || told.isFollowed()) return;
        if (state == State.LOCAL) beUnsure("unsent");
        state = State.COLD;
        reading.forget();
        told.clear();
        due = 0;
        home.onUnfollowed(this);
        send();
        giveUpUnused();
    }

    synchronized boolean isFollowed() {
        return told.isFollowed();
    }

    /** A room that nobody uses takes no memory. */
    private void giveUpUnused() {
        if (gone || !own.isEmpty() || told.isFollowed() || own.hasWishes() || queued || unsure) return;
        gone = true;
        home.onUnused(this);
    }

    // --- sending

    /** What to send: for presence-change.lua. */
    record Wishes(PresenceRoom room, boolean here, List<byte[]> changes) {}

    /** Takes changes of about so many bytes; null: there is nothing to send after all. */
    synchronized @Nullable Wishes take(int bytes) {
        queued = false;
        if (state != State.COLD && state != State.LIVE) return null;
        List<byte[]> changes = own.take(bytes, told.view, home);
        send();
        return changes.isEmpty() ? null : new Wishes(this, !own.isEmpty(), changes);
    }

    /** What was taken is done; the stream will bring it, up to this place. */
    synchronized void onSent(Place there) {
        if (state == State.LIVE) due = Math.max(due, there.version());
        giveUpUnused();
    }

    /** What was taken was done, or not. */
    synchronized void onNotSent() {
        beUnsure("unsent");
    }

    /** Redis did what was sent a while ago. If the stream did not bring it, nobody here hears the channel. */
    synchronized void onDue() {
        if (state != State.LIVE || told.place().version() >= due) return;
        beUnsure("unheard");
        goLocal();
    }

    // --- from sure to unsure

    private void beUnsure(String why) {
        if (reading.isRunning()) reading.repeat();
        if (unsure) return;
        unsure = true;
        home.onUnsure(this, why);
    }

    /** Something may have been missed. */
    synchronized void onUnsure(String why) {
        if (!gone) beUnsure(why);
    }

    /** Redis does not answer, or the reading takes too long: better what this node knows than nothing. */
    synchronized void onAway() {
        goLocal();
    }

    private void goLocal() {
        if (state != State.LIVE && state != State.WAITING) return;
        boolean known = state == State.LIVE;
        state = State.LOCAL;
        due = 0;
        own.forgetMoves();
        if (known) told.catchUpWithOwn(home);
        else told.showOwn(home.owner());
    }

    // --- the stream

    synchronized void onMessage(PresenceMessage message) {
        if (reading.isRunning()) reading.hold(message);
        else if (state == State.LIVE) apply(message);
    }

    private void apply(PresenceMessage message) {
        if (message.before().equals(told.place())) {
            told.apply(message);
            send();
        } else if (message.before().version() == 0
                || message.after().version() > told.place().version()) {
            beUnsure("gap");
        }
    }

    // --- reading

    /**
     * The reading begins: whatever the channel brings from here on is either in it or comes after it.
     *
     * @param subscribed whether the channel is heard
     */
    synchronized void onReading(boolean subscribed) {
        reading.begin(subscribed);
    }

    synchronized void onRead(PresenceSnapshot snapshot) {
        reading.end();
        unsure = false;
        own.putRight(snapshot, home);
        if (told.isFollowed() && reading.isComplete()) goLive(snapshot);
        reading.forget();
        if (reading.isToRepeat() || (told.isFollowed() && !reading.isComplete())) beUnsure("again");
        send();
        giveUpUnused();
    }

    private void goLive(PresenceSnapshot snapshot) {
        boolean same = state == State.LIVE && snapshot.place().equals(told.place());
        state = State.LIVE;
        due = 0;
        if (!same) show(snapshot);
        own.replaceEnded(told.view, home);
        for (PresenceMessage next = reading.next(); next != null && !unsure; next = reading.next()) apply(next);
    }

    private void show(PresenceSnapshot snapshot) {
        told.show(snapshot, home);
        List<SessionId> missing = told.missing();
        if (!missing.isEmpty()) home.onMissing(this, missing);
    }

    /** Nodes have ended: who is back already takes the place of who they were there. */
    synchronized void onEnded() {
        if (state != State.LIVE) return;
        own.replaceEnded(told.view, home);
        send();
    }

    /** Nobody has brought them back: they are gone, unless Redis is away and nobody can say. */
    synchronized void onStillMissing(List<SessionId> missing) {
        if (state == State.LIVE && !unsure) told.dropMissing(missing);
    }

    /** It is read again when Redis is back. */
    synchronized void onNotRead() {
        reading.end();
        reading.forget();
        goLocal();
    }

    /** Whether nothing is on its way to or from Redis. */
    synchronized boolean isQuiet() {
        return !unsure
                && !queued
                && !own.hasWishes()
                && (state != State.LIVE || told.place().version() >= due);
    }

    /** Where the stream of a room is that is heard and sure; null of any other. */
    synchronized @Nullable Place livePlace() {
        return state == State.LIVE && !unsure ? told.place() : null;
    }

    /** The stream stood there when this room had it at {@code then}. */
    synchronized void onLook(Place then, Place there) {
        if (state == State.LIVE && told.place().equals(then) && !there.equals(then)) beUnsure("look");
    }
}
