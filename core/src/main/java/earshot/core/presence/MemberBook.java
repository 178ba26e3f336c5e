package earshot.core.presence;

import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Port: who was in which room, written down, so that after a crash or a restart users who return soon make no leave and no join and keep the
 * time of their joining (DECISIONS 28). Thread-safe; never blocks; writes are gathered and may be some 100 ms late, and are then lost with a
 * crash: the price is one join that somebody hears twice.
 */
public interface MemberBook {
    void entered(RoomId room, Profile user, long joinedMillis);

    void left(RoomId room, UserId user);

    /** Those who were in the room when the previous process ended. Empty when that is too long ago to matter. Never fails: empty then. */
    CompletionStage<List<Returning>> returning(RoomId room);

    record Returning(Profile user, long joinedMillis) {}

    /** Remembers nothing. */
    MemberBook NONE = new MemberBook() {
        @Override
        public void entered(RoomId room, Profile user, long joinedMillis) {}

        @Override
        public void left(RoomId room, UserId user) {}

        @Override
        public CompletionStage<List<Returning>> returning(RoomId room) {
            return java.util.concurrent.CompletableFuture.completedStage(List.of());
        }
    };
}
