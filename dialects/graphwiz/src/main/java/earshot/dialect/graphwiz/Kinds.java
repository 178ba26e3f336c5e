package earshot.dialect.graphwiz;

/** Kinds of relayed events that no client says: numbers beyond those of messages. */
final class Kinds {
    static final int FIRST = 1000;

    /** The frames of a hello, for one session. */
    static final int HELLO = 1000;
    /** A client is at another node now: its older connections end. */
    static final int TAKEN_OVER = 1001;
    /** What a room holds of one entity, client or rule, for nodes that come to it later. */
    static final int STATE = 1002;

    private Kinds() {}
}
