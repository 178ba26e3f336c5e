package earshot.core.message;

/** Why somebody is not in a voice room any more. */
public enum VoiceEnd {
    /** They asked for it. */
    LEFT("left"),
    /** Their session ended and nobody came back in time. */
    LOST("lost"),
    /** They joined again, with another session or another room. */
    REPLACED("replaced"),
    /** The server took them out: they may not be here any more. */
    REMOVED("removed"),
    /** Their side of the media connection was closed. */
    HUNG_UP("hung_up"),
    /** The offer was not answered in time. */
    UNANSWERED("unanswered"),
    /** Media cannot reach them, though it was offered again. */
    UNREACHABLE("unreachable"),
    /** The media engine was away for too long. */
    ENGINE_AWAY("engine_away");

    private final String word;

    VoiceEnd(String word) {
        this.word = word;
    }

    /** As metrics spell it. */
    public String word() {
        return word;
    }
}
