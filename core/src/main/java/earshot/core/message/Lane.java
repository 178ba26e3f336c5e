package earshot.core.message;

/** How an event travels when a reader is slow (DESIGN 4). */
public enum Lane {
    /** Appended to the room's log and announced in its order. Never lost: what does not reach a member live can be read after its position. */
    KEPT("kept"),
    /** Not stored, never dropped while the session lives; counted against its limits. */
    SURE("sure"),
    /** Per key the newest wins. A late joiner gets the current value, a slow reader fewer of them, never an old one after a new one. */
    LATEST("latest"),
    /** Dropped first, without harm. */
    SPARE("spare");

    private final String word;

    Lane(String word) {
        this.word = word;
    }

    /** As metrics spell it. */
    public String word() {
        return word;
    }
}
