package earshot.engine.redis;

import earshot.core.message.Profile;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.presence.Picture;
import earshot.core.presence.PresenceBoard;
import earshot.core.presence.PresenceBoard.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Follows a room as a room does, and writes down whom it heard come ({@code +ada}), go ({@code -ada}) and change ({@code ada:away}). Thread-safe. */
final class People implements PresenceBoard.Follower {
    private final List<String> heard = new ArrayList<>();
    private int snapshots;
    private final Picture picture = new Picture(new Picture.Changes() {
        @Override
        public void onUserJoined(Profile user, long joinedMillis) {
            heard.add("+" + user.name());
        }

        @Override
        public void onUserReturned(Profile user, long joinedMillis) {}

        @Override
        public void onUserLeft(Profile user) {
            heard.add("-" + user.name());
        }

        @Override
        public void onStatus(Profile user, String status) {
            heard.add(user.name() + ":" + status);
        }
    });

    @Override
    public synchronized void onSnapshot(long version, List<Entry> entries) {
        snapshots++;
        picture.onSnapshot(version, entries);
    }

    @Override
    public synchronized void onEntered(long version, Entry entry) {
        picture.onEntered(version, entry);
    }

    @Override
    public synchronized void onLeft(long version, SessionId session) {
        picture.onLeft(version, session);
    }

    @Override
    public synchronized void onStatus(long version, UserId user, String status) {
        picture.onStatus(version, user, status);
    }

    synchronized boolean isShown() {
        return snapshots > 0;
    }

    synchronized List<String> heard() {
        return List.copyOf(heard);
    }

    synchronized long count(String what) {
        return heard.stream().filter(what::equals).count();
    }

    synchronized void forget() {
        heard.clear();
    }

    /** The names of those who are here. */
    synchronized Set<String> here() {
        Set<String> names = new TreeSet<>();
        picture.list().users().forEach(present -> names.add(present.user().name()));
        return names;
    }

    synchronized int sessions() {
        return picture.list().users().stream()
                .mapToInt(present -> present.sessions().size())
                .sum();
    }

    synchronized long joinedMillis(String name) {
        return picture.list().users().stream()
                .filter(present -> present.user().name().equals(name))
                .findFirst()
                .orElseThrow()
                .sessions()
                .getFirst()
                .joinedMillis();
    }

    synchronized String status(String name) {
        return picture.statusOf(TestNode.user(name).user());
    }
}
