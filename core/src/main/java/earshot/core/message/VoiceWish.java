package earshot.core.message;

/** What a session asks of a voice room, as it passes between nodes: the room may live on another one. Immutable. */
public sealed interface VoiceWish {
    /**
     * @param maySpeak false: joins silenced
     * @param places how many may be in this room; 0: as many as its node allows
     * @param again the session is in the room, but the node where that lived is no more: others know of it
     * @param muted as it was before; false on a first join
     */
    record Join(boolean maySpeak, int places, boolean again, boolean muted) implements VoiceWish {}

    record Answer(String sdp) implements VoiceWish {}

    record Candidate(IceCandidate candidate) implements VoiceWish {}

    record Mute(boolean muted) implements VoiceWish {}

    record Leave() implements VoiceWish {}

    /** The session is no more. */
    record Lost() implements VoiceWish {}

    /** The session goes on for a lost one of its user. */
    record Resume() implements VoiceWish {}
}
