package earshot.core.session;

/** What a session may do in a room. Granted by the policy of the room's realm at join, kept on the member, taken back by a command. */
public enum Permission {
    READ,
    WRITE,
    /** Edit, delete and pin what others said; speak for all (votes). */
    MODERATE
}
