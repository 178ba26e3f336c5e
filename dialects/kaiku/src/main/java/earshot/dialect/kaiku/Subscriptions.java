package earshot.dialect.kaiku;

import earshot.core.message.Event;
import earshot.core.message.KeptEvent;
import earshot.core.message.RoomId;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The channels that a connection subscribed to, each with the events that it wants. One for each conversation. */
final class Subscriptions {
    private final Map<UUID, Subscription> byChannel = new LinkedHashMap<>();
    private final Map<RoomId, Subscription> byRoom = new LinkedHashMap<>();

    static final class Subscription {
        final UUID channel;
        final RoomId room;
        /** Null: all. */
        @Nullable
        Long events;
        /** The client was told that it hears the channel. */
        boolean confirmed;

        Subscription(UUID channel, RoomId room) {
            this.channel = channel;
            this.room = room;
        }

        boolean wants(EventType type) {
            return events == null || (events & type.bit()) != 0;
        }
    }

    int size() {
        return byChannel.size();
    }

    @Nullable
    Subscription find(UUID channel) {
        return byChannel.get(channel);
    }

    @Nullable
    Subscription of(RoomId room) {
        return byRoom.get(room);
    }

    Subscription add(UUID channel, RoomId room) {
        var fresh = new Subscription(channel, room);
        byChannel.put(channel, fresh);
        byRoom.put(room, fresh);
        return fresh;
    }

    void remove(Subscription gone) {
        byChannel.remove(gone.channel, gone);
        byRoom.remove(gone.room, gone);
    }

    List<ResumeTickets.Heard> heard() {
        List<ResumeTickets.Heard> heard = new ArrayList<>(byChannel.size());
        for (Subscription s : byChannel.values()) heard.add(new ResumeTickets.Heard(s.channel, s.events));
        return heard;
    }

    /** What an event in a channel is called; null: there is no word for it. */
    static @Nullable EventType type(Event event) {
        return switch (event) {
            case KeptEvent.MessagePosted _ -> EventType.MESSAGE_NEW;
            case KeptEvent.MessageEdited _ -> EventType.MESSAGE_EDIT;
            case KeptEvent.MessageDeleted _ -> EventType.MESSAGE_DELETE;
            case KeptEvent.MessagePinned p -> p.pinned() ? EventType.CHANNEL_PIN_ADDED : EventType.CHANNEL_PIN_REMOVED;
            case Event.Typing t -> t.on() ? EventType.TYPING_START : EventType.TYPING_STOP;
            case Event.Relayed r -> EventType.ofCode(r.variantOrKind());
            default -> null;
        };
    }

    // --- freezing

    void freeze(DataOutput out) throws IOException {
        out.writeShort(byChannel.size());
        for (Subscription s : byChannel.values()) {
            Frozen.write(out, s.channel);
            out.writeBoolean(s.room.realm().equals(KaikuDialect.NAME));
            if (!s.room.realm().equals(KaikuDialect.NAME)) out.writeUTF(s.room.name());
            Frozen.write(out, s.events);
            out.writeBoolean(s.confirmed);
        }
    }

    static Subscriptions thaw(DataInput in, int limit) throws IOException {
        var all = new Subscriptions();
        int count = Frozen.count(in, "subscriptions", limit);
        for (int i = 0; i < count; i++) {
            UUID channel = Frozen.readId(in);
            RoomId room =
                    in.readBoolean() ? Places.ofChannel(channel) : new RoomId(RoomId.MEETING, "", named(in.readUTF()));
            Subscription s = all.add(channel, room);
            s.events = Frozen.readBits(in);
            s.confirmed = in.readBoolean();
        }
        return all;
    }

    private static String named(String name) throws IOException {
        if (name.isEmpty() || name.length() > RoomId.MAX_NAME_CHARS) throw new IOException("room: no name");
        return name;
    }
}
