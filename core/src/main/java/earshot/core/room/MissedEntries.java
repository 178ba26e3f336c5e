package earshot.core.room;

import earshot.core.history.RoomLog;
import earshot.core.message.KeptEvent;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What clients of a room missed who come back: from what the room remembers, or read from the log. Confined to the room's loop. */
final class MissedEntries {
    private static final int READ = 1000;
    /** A client that missed more than this begins anew: it would wait longer for the rest than for a fresh window. */
    private static final int MAX = 5000;

    private final RoomId room;
    private final Rooms.Parts parts;
    private final Rooms rooms;
    private final RoomHistory history;

    /** Entries in their order. */
    record Missed(List<KeptEvent> entries, Position upTo) {}

    MissedEntries(RoomId room, Rooms.Parts parts, Rooms rooms, RoomHistory history) {
        this.room = room;
        this.parts = parts;
        this.rooms = rooms;
        this.history = history;
    }

    /** Everything after a position, up to where the room is then; nothing when the log does not reach back. */
    void since(Position since, Consumer<Optional<Missed>> then) {
        Optional<List<KeptEvent>> near = history.after(since);
        if (near.isPresent()) then.accept(Optional.of(new Missed(near.get(), history.position())));
        else read(since, new ArrayList<>(), then);
    }

    private void read(Position since, List<KeptEvent> found, Consumer<Optional<Missed>> then) {
        BiConsumer<RoomLog.@Nullable Slice, @Nullable Throwable> answer = (slice, failure) -> {
            if (slice == null || !slice.reached() || found.size() > MAX) then.accept(Optional.empty());
            else onSlice(since, slice, found, then);
        };
        rooms.ask(() -> parts.log().read(room, since, READ), (slice, failure) -> {
            if (history.isClosed()) return;
            // A bug must not leave the client waiting.
            if (!rooms.shielded("room", () -> answer.accept(slice, failure))) then.accept(Optional.empty());
        });
    }

    private void onSlice(Position since, RoomLog.Slice slice, List<KeptEvent> found, Consumer<Optional<Missed>> then) {
        found.addAll(slice.entries());
        Position reached =
                slice.entries().isEmpty() ? since : slice.entries().getLast().position();
        // The client may know more than this room does so far: then the room hurries.
        if (reached.isAfter(history.position())) history.catchUp();
        if (slice.top().isAfter(reached)) read(reached, found, then);
        else then.accept(Optional.of(new Missed(found, reached)));
    }
}
