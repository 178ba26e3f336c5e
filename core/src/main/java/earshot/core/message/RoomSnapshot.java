package earshot.core.message;

import java.util.List;

/**
 * A room at one point of its stream. Shared by all who join at that point.
 *
 * @param position the last entry that the snapshot contains
 * @param history on a fresh join the newest messages as they are now, oldest first; on a recovered one empty
 * @param missed on a recovered join every kept event after the asked position, oldest first; else empty
 * @param presence who is here, the joiner included unless silent
 * @param latest current values of the latest lane
 */
public record RoomSnapshot(
        RoomId room,
        Position position,
        MessageWindow history,
        List<KeptEvent> missed,
        PresenceList presence,
        List<Event.RoomEvent> latest) {}
