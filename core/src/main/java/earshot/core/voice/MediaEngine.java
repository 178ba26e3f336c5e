package earshot.core.voice;

import earshot.core.message.IceCandidate;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import java.util.concurrent.CompletionStage;

/**
 * Port: an outside system that takes the voices of a room, mixes them, and gives everybody the others. It always offers; clients answer. Who is in a room
 * and what they are told is core's ({@link VoiceRooms}), not the engine's: it has peers, one per participant.
 *
 * <p>Thread-safe. Never blocks; stages complete and ears hear on any thread, so hand them back to your own loop.
 *
 * <h2>What it promises</h2>
 * <ul>
 *   <li>A peer's ear hears one offer first, then any number of candidates, then the end; nothing after {@link Ear#onGone} or {@link Peer#close}.
 *   <li>Who is muted is not heard by anybody, from the first packet on, whatever their client sends.
 *   <li>When the engine is lost, each peer ends with {@link Gone#ENGINE_LOST}, then {@link Watch#onDown} is told; {@link Watch#onUp} when it takes peers
 *       again. It finds its way back by itself.
 *   <li>A room is there as long as it has peers; two peers of one user in one room are an error of the caller's only if both are open.
 * </ul>
 */
public interface MediaEngine {
    /** From now on it connects, and tells whether it is there. Once. */
    void start(Watch watch);

    /** Whether {@link #open} has a chance. */
    boolean isUp();

    /**
     * Opens a peer; its offer, or its end, is told to the ear.
     *
     * @param muted nobody hears it until {@link Peer#mute} says so
     */
    Peer open(RoomId room, UserId user, boolean muted, Ear ear);

    /** One participant's connection. Thread-safe. After its end every call does nothing. */
    interface Peer {
        /** The client's SDP. True: understood; false: it is none, or does not answer the offer. Never fails: an engine that is lost ends the peer. */
        CompletionStage<Boolean> answer(String sdp);

        /** After the answer; well-formed, see {@link IceCandidate#isWellFormed}. */
        void candidate(IceCandidate candidate);

        void mute(boolean muted);

        /** The ear hears nothing more. */
        void close();
    }

    /** Hears of one peer. Must not block or throw. */
    interface Ear {
        void onOffer(String sdp);

        void onCandidate(IceCandidate candidate);

        /** Media can flow. */
        void onConnected();

        /** The end of the peer; once. */
        void onGone(Gone why);
    }

    enum Gone {
        /** The client closed its side. */
        HUNG_UP,
        /** The media path broke, or the engine could not make or keep the peer: another one may work. */
        FAILED,
        /** The engine is away; {@link Watch#onUp} says when another peer has a chance. */
        ENGINE_LOST
    }

    /** Hears whether the engine is there. Must not block or throw. */
    interface Watch {
        void onUp();

        void onDown();
    }
}
