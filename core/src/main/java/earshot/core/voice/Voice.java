package earshot.core.voice;

import earshot.core.message.IceCandidate;
import earshot.core.message.Problem;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.message.VoiceParticipant;
import earshot.core.session.Session;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Voice rooms as clients reach them, on whatever node a room lives. Thread-safe; never blocks. Stages complete on any thread, never fail, and give
 * {@link Reply.Done} or {@link Reply.Refused}; what happens is told to sessions as {@link earshot.core.message.VoiceEvent}.
 *
 * <p>Who may join is for the caller to know: it asks before. A user is in one voice room at most, with one session.
 *
 * <h2>Refusals</h2>
 * NOT_FOUND: nobody is in that room. NOT_MEMBER: this session is not. ROOM_FULL. BUSY: this node has as many participants as it may have. UNAVAILABLE: the
 * media engine is away. INVALID: the engine does not understand that SDP, or the candidate is none. FORBIDDEN: unmuting where the server says mute.
 * UNAUTHENTICATED: the session is nobody's.
 */
public interface Voice {
    /**
     * Joins. Done when the offer is on its way: the session is told the offer, then who is in the room, then candidates; the others that a user joined. A
     * second join by the same user takes the place of the first; one of another room leaves the first when it succeeds.
     */
    CompletionStage<Reply> join(Session session, RoomId room, Terms terms);

    /** The SDP answer to the newest offer. The same again does no harm. */
    CompletionStage<Reply> answer(Session session, RoomId room, String sdp);

    /** A way to reach the client. May come before its answer: it waits for it, within {@link VoiceLimits#candidatesWaiting}. */
    CompletionStage<Reply> candidate(Session session, RoomId room, IceCandidate candidate);

    /** From now on nobody hears the user, or all do again; the others are told when that changes something. */
    CompletionStage<Reply> mute(Session session, RoomId room, boolean muted);

    CompletionStage<Reply> leave(Session session, RoomId room);

    /**
     * The session is no more, and did not leave. Its user stays for a while: who joins again takes the place; a new session of the user's that goes on as
     * the old one says so with {@link #resumed}.
     */
    void disconnected(Session session);

    /** This session goes on for a lost one of its user: it is told what that one would have been. */
    void resumed(Session session);

    /** Takes a user out: they may not be here any more. */
    void remove(RoomId room, UserId user);

    /** The server's mute, which the user cannot take back. Told to all, the user too. */
    void silence(RoomId room, UserId user, boolean silenced);

    /** Who is in a room; nobody where nothing is known. */
    CompletionStage<List<VoiceParticipant>> participants(RoomId room);

    /** False: every join is refused with UNAVAILABLE until there is an engine again. */
    boolean isAvailable();

    /**
     * @param maySpeak false: joins silenced, see {@link #silence}
     * @param places how many may be in this room; 0: as many as {@link VoiceLimits#perRoom}, which also is the most
     */
    record Terms(boolean maySpeak, int places) {
        public static final Terms USUAL = new Terms(true, 0);
    }

    /** For a node without a media engine. */
    Voice NONE = new Voice() {
        @Override
        public CompletionStage<Reply> join(Session session, RoomId room, Terms terms) {
            return refused(Problem.UNAVAILABLE);
        }

        @Override
        public CompletionStage<Reply> answer(Session session, RoomId room, String sdp) {
            return refused(Problem.NOT_FOUND);
        }

        @Override
        public CompletionStage<Reply> candidate(Session session, RoomId room, IceCandidate candidate) {
            return refused(Problem.NOT_FOUND);
        }

        @Override
        public CompletionStage<Reply> mute(Session session, RoomId room, boolean muted) {
            return refused(Problem.NOT_FOUND);
        }

        @Override
        public CompletionStage<Reply> leave(Session session, RoomId room) {
            return refused(Problem.NOT_FOUND);
        }

        @Override
        public void disconnected(Session session) {}

        @Override
        public void resumed(Session session) {}

        @Override
        public void remove(RoomId room, UserId user) {}

        @Override
        public void silence(RoomId room, UserId user, boolean silenced) {}

        @Override
        public CompletionStage<List<VoiceParticipant>> participants(RoomId room) {
            return CompletableFuture.completedStage(List.of());
        }

        @Override
        public boolean isAvailable() {
            return false;
        }

        private static CompletionStage<Reply> refused(Problem problem) {
            return CompletableFuture.completedStage(Reply.Refused.of(problem));
        }
    };
}
