package earshot.engine.redis;

import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.presence.PresenceBoard.Entry;
import earshot.core.presence.PresenceBoard.Follower;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who is in a room as its followers on this node know it. Not thread-safe. Of this node's own sessions it believes the node, not the stream: what the
 * stream says against that is given back as a wish.
 */
final class ToldPresence {
    private final List<Follower> followers = new ArrayList<>(1);
    private final OwnPresence own;
    /** Sessions of other nodes that the last reading did not have. */
    private final Set<SessionId> missing = new LinkedHashSet<>(0);

    final PresenceView view = new PresenceView();

    ToldPresence(OwnPresence own) {
        this.own = own;
    }

    Place place() {
        return view.place;
    }

    void clear() {
        view.clear();
        missing.clear();
    }

    // --- followers

    boolean isFollowed() {
        return !followers.isEmpty();
    }

    void add(Follower follower) {
        followers.add(follower);
    }

    boolean remove(Follower follower) {
        return followers.remove(follower);
    }

    void show(Follower follower) {
        follower.onSnapshot(view.place.version(), view.entries());
    }

    void showAll() {
        List<Entry> entries = view.entries();
        for (Follower follower : List.copyOf(followers)) follower.onSnapshot(view.place.version(), entries);
    }

    // --- one change

    void entered(PresenceChange.Entered entered) {
        entered(next(), entered);
    }

    void left(SessionId session) {
        left(next(), session);
    }

    void status(UserId user, String status) {
        status(next(), user, status);
    }

    private long next() {
        return view.place.version() + 1;
    }

    private void entered(long version, PresenceChange.Entered entered) {
        Entry entry = view.enter(entered);
        missing.remove(entry.session());
        at(version);
        for (Follower follower : List.copyOf(followers)) follower.onEntered(version, entry);
    }

    private void left(long version, SessionId session) {
        view.leave(session);
        missing.remove(session);
        at(version);
        for (Follower follower : List.copyOf(followers)) follower.onLeft(version, session);
    }

    private void status(long version, UserId user, String status) {
        view.status(user, status);
        at(version);
        for (Follower follower : List.copyOf(followers)) follower.onStatus(version, user, status);
    }

    private void at(long version) {
        view.place = new Place(version, view.place.tag());
    }

    // --- the stream

    void apply(PresenceMessage message) {
        long version = message.before().version();
        for (PresenceChange change : message.changes()) apply(++version, change);
        view.place = message.after();
    }

    private void apply(long version, PresenceChange change) {
        switch (change) {
            case PresenceChange.Entered entered -> entered(version, entered);
            case PresenceChange.Left left -> gone(version, left.session());
            case PresenceChange.StatusSet set -> status(version, set.user(), set.status());
        }
    }

    private void gone(long version, SessionId session) {
        if (own.has(session)) own.wish(session);
        else left(version, session);
    }

    // --- a reading

    /**
     * Takes the snapshot for true and shows it to all. But of own sessions the node knows better; and those of others that were here before and are not in
     * it stay for now: perhaps Redis lost them, and their nodes bring them back.
     */
    void show(PresenceSnapshot snapshot, PresenceHome home) {
        Map<SessionId, PresenceChange.Entered> before = new LinkedHashMap<>();
        for (SessionId session : view.sessions()) {
            PresenceChange.Entered here = view.find(session);
            if (here != null && (own.has(session) || !home.isOwn(here.owner()))) before.put(session, here);
        }
        clear();
        for (PresenceChange.Entered here : snapshot.entered()) {
            SessionId session = here.entry().session();
            if (own.has(session) || !home.isOwn(here.owner())) view.enter(here);
            before.remove(session);
        }
        before.forEach((session, here) -> {
            view.enter(here);
            if (!own.has(session)) missing.add(session);
        });
        snapshot.statuses().forEach(view::status);
        own.statuses().forEach(view::status);
        view.place = snapshot.place();
        showAll();
    }

    List<SessionId> missing() {
        return List.copyOf(missing);
    }

    /** Those of them that are still missing are gone. */
    void dropMissing(List<SessionId> some) {
        for (SessionId session : some) if (missing.contains(session)) left(view.place.version(), session);
    }

    // --- without a stream

    /** Nothing is known but what this node's sessions want. */
    void showOwn(long owner) {
        for (Entry entry : own.entries()) view.enter(new PresenceChange.Entered(entry, owner));
        own.statuses().forEach(view::status);
        showAll();
    }

    /** Tells what own sessions wished and the stream has not brought. */
    void catchUpWithOwn(PresenceHome home) {
        for (SessionId session : view.sessions()) {
            PresenceChange.Entered here = view.find(session);
            if (here != null && home.isOwn(here.owner()) && !own.has(session)) left(session);
        }
        for (Entry entry : own.entries())
            if (!view.has(entry.session())) entered(new PresenceChange.Entered(entry, home.owner()));
        own.statuses().forEach(this::status);
    }
}
