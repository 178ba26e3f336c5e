package earshot.core.presence;

import earshot.core.message.PresenceList;
import earshot.core.message.PresenceList.Present;
import earshot.core.message.PresenceList.PresentSession;
import earshot.core.message.Profile;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.presence.MemberBook.Returning;
import earshot.core.presence.PresenceBoard.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is in one room, as the board's stream says: sessions in, users out. Confined to the room's loop. Says through {@link Changes} when a user's
 * first session came and the last one left; a user who is expected back counts as here meanwhile.
 */
public final class Picture {
    /** What changed for people, as opposed to sessions. */
    public interface Changes {
        void onUserJoined(Profile user, long joinedMillis);

        /** Somebody who was expected back is back: nobody needs to hear of it. */
        void onUserReturned(Profile user, long joinedMillis);

        void onUserLeft(Profile user);

        void onStatus(Profile user, String status);
    }

    private final Changes changes;
    private final Map<UserId, Someone> users = new LinkedHashMap<>();
    private final Map<SessionId, Someone> bySession = new HashMap<>();
    private long version;
    private int expected;
    private @Nullable PresenceList list = PresenceList.EMPTY;

    public Picture(Changes changes) {
        this.changes = changes;
    }

    /** The board says everything anew: at the beginning, and after a gap. */
    public void onSnapshot(long newVersion, List<Entry> entries) {
        Set<SessionId> now = new HashSet<>();
        for (Entry entry : entries) {
            now.add(entry.session());
            onEntered(newVersion, entry);
            onStatus(newVersion, entry.user().user(), entry.status());
        }
        for (SessionId gone : List.copyOf(bySession.keySet())) if (!now.contains(gone)) onLeft(newVersion, gone);
        changedTo(newVersion);
    }

    public void onEntered(long newVersion, Entry entry) {
        changedTo(newVersion);
        Someone known = bySession.get(entry.session());
        if (known != null && !known.profile.user().equals(entry.user().user())) onLeft(newVersion, entry.session());
        Someone user = users.get(entry.user().user());
        if (user == null) onFirst(entry);
        else if (user.sessions.isEmpty()) onBack(user, entry);
        else user.put(entry);
        bySession.put(
                entry.session(), Objects.requireNonNull(users.get(entry.user().user()), "user"));
    }

    private void onFirst(Entry entry) {
        var user = new Someone(entry.user(), entry.joinedMillis(), entry.status());
        user.put(entry);
        users.put(entry.user().user(), user);
        changes.onUserJoined(user.profile, user.joinedMillis);
    }

    private void onBack(Someone user, Entry entry) {
        expected--;
        // The session goes on where the one before the crash was, also in its time of joining (DECISIONS 28).
        user.put(new Entry(entry.session(), entry.user(), user.joinedMillis, entry.status()));
        changes.onUserReturned(user.profile, user.joinedMillis);
    }

    public void onLeft(long newVersion, SessionId session) {
        changedTo(newVersion);
        Someone user = bySession.remove(session);
        if (user == null) return;
        user.remove(session);
        if (user.sessions.isEmpty()) leave(user);
    }

    public void onStatus(long newVersion, UserId id, String status) {
        changedTo(newVersion);
        Someone user = users.get(id);
        if (user == null || user.status.equals(status)) return;
        user.status = status;
        user.present = null;
        changes.onStatus(user.profile, status);
    }

    /** Takes as here who was here when the last process ended. Nobody is told. */
    public void expect(List<Returning> returning) {
        for (Returning r : returning) {
            if (users.containsKey(r.user().user())) continue;
            users.put(r.user().user(), new Someone(r.user(), r.joinedMillis(), Entry.ONLINE));
            expected++;
        }
        list = null;
    }

    /** Waits no longer for those who are not back. */
    public void expectNoMore() {
        for (Someone user : List.copyOf(users.values())) {
            if (!user.sessions.isEmpty()) continue;
            expected--;
            leave(user);
        }
    }

    /** How many are expected back. */
    public int expected() {
        return expected;
    }

    public int users() {
        return users.size();
    }

    public boolean isHere(UserId user) {
        return users.containsKey(user);
    }

    /** What the user chose; {@code online} for somebody who is not here. */
    public String statusOf(UserId user) {
        Someone someone = users.get(user);
        return someone == null ? Entry.ONLINE : someone.status;
    }

    /** The same object until something changes. */
    public PresenceList list() {
        if (list != null) return list;
        List<Present> present = new ArrayList<>(users.size());
        for (Someone user : users.values()) present.add(user.present());
        list = new PresenceList(version, present);
        return list;
    }

    private void leave(Someone user) {
        users.remove(user.profile.user());
        list = null;
        changes.onUserLeft(user.profile);
    }

    private void changedTo(long newVersion) {
        version = newVersion;
        list = null;
    }

    /** A user and the sessions that keep them here. */
    private static final class Someone {
        final long joinedMillis;
        final List<PresentSession> sessions = new ArrayList<>(1);
        Profile profile;
        String status;

        @Nullable
        Present present;

        Someone(Profile profile, long joinedMillis, String status) {
            this.profile = profile;
            this.joinedMillis = joinedMillis;
            this.status = status;
        }

        void put(Entry entry) {
            sessions.removeIf(s -> s.session().equals(entry.session()));
            sessions.add(new PresentSession(entry.session(), entry.joinedMillis()));
            profile = entry.user();
            present = null;
        }

        void remove(SessionId session) {
            sessions.removeIf(s -> s.session().equals(session));
            present = null;
        }

        Present present() {
            if (present == null) present = new Present(profile, joinedMillis, status, sessions);
            return present;
        }
    }
}
