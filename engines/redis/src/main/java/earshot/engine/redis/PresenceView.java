package earshot.engine.redis;

import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.presence.PresenceBoard.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who is in a room, as one place of its stream has it: what a change does here is what it does in Redis (presence-change.lua), so everybody who applies
 * the same stream has the same view. Not thread-safe.
 */
final class PresenceView {
    private final Map<SessionId, PresenceChange.Entered> sessions = new LinkedHashMap<>();
    private final Map<UserId, Here> users = new HashMap<>();
    Place place = Place.NOWHERE;

    /** A user who is here. The status is the user's, whatever a session was entered with. */
    private static final class Here {
        final List<SessionId> sessions = new ArrayList<>(1);
        String status;

        Here(String status) {
            this.status = status;
        }
    }

    boolean has(SessionId session) {
        return sessions.containsKey(session);
    }

    PresenceChange.@Nullable Entered find(SessionId session) {
        return sessions.get(session);
    }

    List<SessionId> sessions() {
        return List.copyOf(sessions.keySet());
    }

    /** The user's sessions here, the oldest first. */
    List<SessionId> sessionsOf(UserId user) {
        Here here = users.get(user);
        return here == null ? List.of() : here.sessions;
    }

    boolean isHere(UserId user) {
        return users.containsKey(user);
    }

    String statusOf(UserId user) {
        Here here = users.get(user);
        return here == null ? Entry.ONLINE : here.status;
    }

    /** In the order of joining. */
    List<Entry> entries() {
        List<Entry> entries = new ArrayList<>(sessions.size());
        for (PresenceChange.Entered entered : sessions.values()) entries.add(asSeen(entered.entry()));
        return entries;
    }

    /** The entry as followers see it. */
    Entry enter(PresenceChange.Entered entered) {
        SessionId session = entered.entry().session();
        UserId user = entered.entry().user().user();
        PresenceChange.Entered before = sessions.get(session);
        if (before != null && !before.entry().user().user().equals(user)) {
            fewer(before.entry().user().user(), session);
            before = null;
        }
        Here here = users.computeIfAbsent(user, _ -> new Here(entered.entry().status()));
        if (before == null) here.sessions.add(session);
        if (here.sessions.size() == 1) here.status = entered.entry().status();
        sessions.put(session, entered);
        return asSeen(entered.entry());
    }

    /** False when it was not here. */
    boolean leave(SessionId session) {
        PresenceChange.Entered before = sessions.remove(session);
        if (before == null) return false;
        fewer(before.entry().user().user(), session);
        return true;
    }

    /** False when that changes nothing. */
    boolean status(UserId user, String status) {
        Here here = users.get(user);
        if (here == null || here.status.equals(status)) return false;
        here.status = status;
        return true;
    }

    void clear() {
        sessions.clear();
        users.clear();
    }

    private void fewer(UserId user, SessionId session) {
        Here here = Objects.requireNonNull(users.get(user), "user");
        here.sessions.remove(session);
        if (here.sessions.isEmpty()) users.remove(user);
    }

    private Entry asSeen(Entry entry) {
        String status = statusOf(entry.user().user());
        return entry.status().equals(status)
                ? entry
                : new Entry(entry.session(), entry.user(), entry.joinedMillis(), status);
    }
}
