package earshot.core.presence;

import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import java.util.List;

/**
 * Port: who is here, on any node. A sequenced stream per room: every change has a version from the board, one higher than the last; a
 * snapshot names its version. Sessions are entered and left; which of it is a user's first or last is for the room to say.
 *
 * <p>A board that has to ask others gathers what is said without a pause: an enter and a leave of one session that follow each other at once may be told
 * as the last of them only.
 *
 * <p>Thread-safe. Never blocks. A room fans out only what the board says: nothing turns around.
 */
public interface PresenceBoard {
    /** A session is here. Again with the same session: replaced. */
    void enter(RoomId room, Entry entry);

    /** A session is no longer here. Nothing happens when it was not. */
    void leave(RoomId room, SessionId session);

    /** Sets the status of every session that the user has here. */
    void status(RoomId room, UserId user, String status);

    /**
     * First {@link Follower#onSnapshot}, then every change after it, in order. On any thread, also from inside the call that causes it. The snapshot comes
     * soon, whatever is away: a board that cannot ask others says what it knows by itself.
     */
    Following follow(RoomId room, Follower follower);

    /**
     * @param joinedMillis when the session came
     * @param status {@code online} unless the user chose another
     */
    record Entry(SessionId session, Profile user, long joinedMillis, String status) {
        public static final String ONLINE = "online";
    }

    /** Hears of changes. Must not block or throw. After a gap the board calls {@link #onSnapshot} again. */
    interface Follower {
        void onSnapshot(long version, List<Entry> entries);

        void onEntered(long version, Entry entry);

        void onLeft(long version, SessionId session);

        void onStatus(long version, UserId user, String status);
    }

    /** A running {@link #follow}. */
    interface Following {
        void stop();
    }
}
