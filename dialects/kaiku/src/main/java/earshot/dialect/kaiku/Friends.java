package earshot.dialect.kaiku;

import earshot.core.message.Event;
import earshot.core.message.PresenceList;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The friends whose rooms a connection looks into, and what it was told of each. Who is in the room of a user is connected; what the user chose to show is
 * their status there, and, until a connection has said so on the board, an attribute of their profile. One for each conversation.
 */
final class Friends {
    static final String OFFLINE = "offline";
    /** A status that was not chosen: nothing was heard of the user for a while. Shown as {@code away}. */
    static final String IDLE = "idle";
    /** The note of a status that was chosen: without one it is the board's own. */
    static final String CHOSEN = "{\"chosen\":true}";

    private final Map<RoomId, Seen> seen = new LinkedHashMap<>();

    private static final class Seen {
        final UUID user;
        String shown = "";
        /** It was told by what no client misses, however slowly it reads. */
        boolean certain;

        @Nullable
        Event last;

        boolean lastWasNews;

        Seen(UUID user) {
            this.user = user;
        }
    }

    boolean isOne(RoomId room) {
        return seen.containsKey(room);
    }

    int size() {
        return seen.size();
    }

    List<UUID> all() {
        return seen.values().stream().map(s -> s.user).toList();
    }

    /** Those who are new among these; all of them are followed from now on, up to a limit. */
    List<UUID> follow(Collection<UUID> friends, int limit) {
        List<UUID> fresh = new ArrayList<>();
        for (UUID friend : friends) {
            if (seen.size() >= limit) break;
            if (seen.putIfAbsent(Places.ofUser(friend), new Seen(friend)) == null) fresh.add(friend);
        }
        return fresh;
    }

    /** Those who are followed and none of these; they are not followed any more. */
    List<UUID> dropOthersThan(Collection<UUID> friends) {
        Set<UUID> kept = new LinkedHashSet<>(friends);
        List<UUID> gone = new ArrayList<>();
        seen.values().removeIf(s -> {
            if (kept.contains(s.user)) return false;
            gone.add(s.user);
            return true;
        });
        return gone;
    }

    void drop(UUID friend) {
        seen.remove(Places.ofUser(friend));
    }

    /** What is to be told of a friend whose room was joined just now; null: they are none any more. */
    @Nullable
    String joined(RoomId room, PresenceList presence) {
        Seen friend = seen.get(room);
        if (friend == null) return null;
        friend.shown = shown(presence, friend.user);
        friend.certain = true;
        return friend.shown;
    }

    /**
     * Whether a change says anything new to this client. Asked once more of the same event when the client reads slowly; the answer is the same then.
     */
    boolean isNews(RoomId room, Event event) {
        Seen friend = seen.get(room);
        if (friend == null) return false;
        if (event.equals(friend.last)) return friend.lastWasNews;
        String now = shown(event);
        if (now == null) return false;
        boolean sure = !(event instanceof Event.StatusChanged);
        // A newer value of the latest lane takes the place of one that waits: then it has to say the same again.
        boolean isNews = !now.equals(friend.shown) || (!sure && !friend.certain && !now.equals(OFFLINE));
        friend.certain = sure || (friend.certain && !isNews);
        friend.shown = now;
        friend.last = event;
        friend.lastWasNews = isNews;
        return isNews;
    }

    // --- what friends see

    /** Null: an event that says nothing of it. */
    static @Nullable String shown(Event event) {
        return switch (event) {
            case Event.UserJoined joined -> ofProfile(joined.user());
            case Event.UserLeft _ -> OFFLINE;
            case Event.StatusChanged changed -> ofWord(changed.status());
            default -> null;
        };
    }

    private static String shown(PresenceList presence, UUID user) {
        String id = user.toString();
        for (PresenceList.Present present : presence.users()) {
            if (!present.user().user().id().equals(id)) continue;
            boolean said = !present.note().isEmpty();
            return said ? ofWord(present.status()) : ofProfile(present.user());
        }
        return OFFLINE;
    }

    static String ofWord(String word) {
        ChosenStatus chosen = ChosenStatus.of(word);
        return chosen == null ? ChosenStatus.ONLINE.shown() : chosen.shown();
    }

    private static String ofProfile(Profile profile) {
        return ofWord(Attributes.text(profile, "status"));
    }

    // --- freezing

    void freeze(DataOutput out) throws IOException {
        out.writeShort(seen.size());
        for (Seen friend : seen.values()) {
            Frozen.write(out, friend.user);
            out.writeUTF(friend.shown);
            out.writeBoolean(friend.certain);
        }
    }

    static Friends thaw(DataInput in, int limit) throws IOException {
        var friends = new Friends();
        int count = Frozen.count(in, "friends", limit);
        for (int i = 0; i < count; i++) {
            var friend = new Seen(Frozen.readId(in));
            friend.shown = in.readUTF();
            friend.certain = in.readBoolean();
            friends.seen.put(Places.ofUser(friend.user), friend);
        }
        return friends;
    }
}
