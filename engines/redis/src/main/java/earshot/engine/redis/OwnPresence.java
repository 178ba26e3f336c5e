package earshot.engine.redis;

import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.presence.PresenceBoard.Entry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What this node's sessions in one room want, and what of it Redis has yet to be told. Of a session that comes and goes meanwhile only the last
 * counts. Not thread-safe. Bounded by the sessions of this node that were here since Redis was last heard.
 */
final class OwnPresence {
    private final Map<SessionId, Entry> sessions = new LinkedHashMap<>();
    private final Set<SessionId> moved = new LinkedHashSet<>();
    private final Map<UserId, String> statuses = new LinkedHashMap<>(2);

    void enter(Entry entry) {
        sessions.put(entry.session(), entry);
    }

    /** False when it was not here. */
    boolean leave(SessionId session) {
        return sessions.remove(session) != null;
    }

    boolean has(SessionId session) {
        return sessions.containsKey(session);
    }

    boolean isEmpty() {
        return sessions.isEmpty();
    }

    List<Entry> entries() {
        return List.copyOf(sessions.values());
    }

    /** What was chosen and is not sent yet. */
    Map<UserId, String> statuses() {
        return statuses;
    }

    // --- wishes

    /** Redis has to hear whether the session is here. */
    void wish(SessionId session) {
        moved.remove(session);
        moved.add(session);
    }

    void wish(UserId user, String status) {
        statuses.put(user, status);
    }

    boolean hasWishes() {
        return !moved.isEmpty() || !statuses.isEmpty();
    }

    /** Sessions will be compared with what Redis has. */
    void forgetMoves() {
        moved.clear();
    }

    /** Takes changes of about so many bytes, at least one, for presence-change.lua. */
    List<byte[]> take(int bytes, PresenceView view, PresenceHome home) {
        List<byte[]> changes = new ArrayList<>();
        Iterator<SessionId> next = moved.iterator();
        for (int left = bytes; next.hasNext() && left > 0; left -= changes.getLast().length) {
            SessionId session = next.next();
            next.remove();
            Entry entry = sessions.get(session);
            if (entry == null) changes.add(PresenceChange.left(session));
            else take(entry, view, home, changes);
        }
        if (moved.isEmpty()) {
            statuses.forEach((user, status) -> changes.add(PresenceChange.statusSet(user, status)));
            statuses.clear();
        }
        return changes;
    }

    /** Wishes for sessions whose users are here from a node that has ended. */
    void replaceEnded(PresenceView view, PresenceHome home) {
        for (Entry entry : sessions.values()) if (!ended(entry, view, home).isEmpty()) wish(entry.session());
    }

    private List<Entry> ended(Entry entry, PresenceView view, PresenceHome home) {
        List<Entry> ended = new ArrayList<>(0);
        for (SessionId session : view.sessionsOf(entry.user().user())) {
            PresenceChange.Entered here = view.find(session);
            if (here != null && !has(session) && home.hasEnded(here.owner())) ended.add(here.entry());
        }
        return ended;
    }

    /**
     * Who comes back from a node that ended goes on where they were, also in the time of joining (DECISIONS 28): the new session is in before the one that
     * it replaces is out, so nobody hears of either.
     */
    private void take(Entry entry, PresenceView view, PresenceHome home, List<byte[]> changes) {
        List<Entry> before = ended(entry, view, home);
        long joined = entry.joinedMillis();
        for (Entry ended : before) joined = Math.min(joined, ended.joinedMillis());
        Entry now = new Entry(entry.session(), entry.user(), joined, entry.status());
        sessions.put(now.session(), now);
        changes.add(PresenceChange.entered(now, home.owner()));
        for (Entry ended : before) changes.add(PresenceChange.left(ended.session()));
    }

    /** Wishes for everything that Redis has otherwise. */
    void putRight(PresenceSnapshot snapshot, PresenceHome home) {
        Set<SessionId> right = new HashSet<>();
        for (PresenceChange.Entered here : snapshot.entered()) {
            SessionId session = here.entry().session();
            Entry wanted = sessions.get(session);
            if (wanted == null && home.isOwn(here.owner())) wish(session);
            else if (wanted != null && here.owner() == home.owner() && isSame(wanted, here.entry())) right.add(session);
        }
        for (SessionId session : sessions.keySet()) if (!right.contains(session)) wish(session);
    }

    private static boolean isSame(Entry a, Entry b) {
        return a.joinedMillis() == b.joinedMillis() && a.user().equals(b.user());
    }
}
