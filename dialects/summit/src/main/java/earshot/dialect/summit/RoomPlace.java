package earshot.dialect.summit;

import earshot.core.message.Position;
import earshot.core.message.RoomId;

/** One room of one namespace's socket, from the first join that is asked for. Belongs to its {@link NamespaceSocket}. */
final class RoomPlace {
    final RoomId room;
    /** As the client called it when it joined. */
    final String name;

    final RoomSpelling spelling;

    /** Joins that are not answered. */
    int joining;

    boolean in;

    /** What the client was told when it joined, or came back, went up to here; {@link Position#START}: that is not known. */
    Position heard = Position.START;

    /** Where that began: not {@link #heard} for a client that came back. */
    Position from = Position.START;

    RoomPlace(RoomId room, String name, RoomSpelling spelling) {
        this.room = room;
        this.name = name;
        this.spelling = spelling;
    }

    boolean isOver() {
        return joining == 0 && !in;
    }
}
