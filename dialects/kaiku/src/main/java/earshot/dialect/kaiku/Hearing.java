package earshot.dialect.kaiku;

import earshot.core.message.Event;
import earshot.core.message.KeptEvent;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.VoiceEvent;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What one client hears of what its rooms tell: not of people that it is not to hear, and of a channel what it asked for. One for each conversation. */
final class Hearing {
    private final Friends friends;
    private final Subscriptions subscriptions;
    /** Ids of users as core has them. */
    private final Set<String> blocked = new HashSet<>(0);

    Hearing(Friends friends, Subscriptions subscriptions) {
        this.friends = friends;
        this.subscriptions = subscriptions;
    }

    void block(Collection<UUID> users) {
        blocked.clear();
        for (UUID each : users) blocked.add(each.toString());
    }

    boolean hears(Event event) {
        return switch (event) {
            case KeptEvent kept -> hears(kept.room(), event);
            case Event.RoomEvent told -> hears(told.room(), event);
            case Event.Notified _, VoiceEvent _ -> true;
        };
    }

    private boolean hears(RoomId room, Event event) {
        if (friends.isOne(room)) return event instanceof Event.Relayed || friends.isNews(room, event);
        EventType type = Subscriptions.type(event);
        if (type == null) return false;
        Subscriptions.Subscription of = subscriptions.of(room);
        if (of != null && !of.wants(type)) return false;
        return blocked.isEmpty() || !isBlocked(event);
    }

    /** Deletes are heard: what is gone is gone for everybody. */
    private boolean isBlocked(Event event) {
        return switch (event) {
            case KeptEvent.MessagePosted p -> isBlocked(p.message().author());
            case KeptEvent.MessageEdited e -> isBlocked(e.by());
            case Event.Typing t -> isBlocked(t.user());
            case Event.Relayed r -> {
                UUID by = EventText.userOf(r.payload());
                yield by != null && blocked.contains(by.toString());
            }
            default -> false;
        };
    }

    boolean isBlocked(VoiceEvent event) {
        return switch (event) {
            case VoiceEvent.Joined joined -> isBlocked(joined.user());
            case VoiceEvent.Left left -> isBlocked(left.user());
            default -> false;
        };
    }

    boolean isBlocked(@Nullable Profile by) {
        return by != null && blocked.contains(by.user().id());
    }

    // --- freezing

    void freeze(DataOutput out) throws IOException {
        out.writeShort(blocked.size());
        for (String each : blocked) Frozen.write(out, UUID.fromString(each));
    }

    void thaw(DataInput in) throws IOException {
        int count = Frozen.count(in, "blocked", 65_535);
        for (int i = 0; i < count; i++) blocked.add(Frozen.readId(in).toString());
    }
}
