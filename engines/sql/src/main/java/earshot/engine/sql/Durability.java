package earshot.engine.sql;

/** What "stored" promises when an append is answered (DESIGN 4). */
public enum Durability {
    /** Answered when it has its place: what was written in the last moment may be lost with the process. */
    ASYNC("NORMAL"),
    /** Answered after the commit: survives the death of the process, not of the machine. */
    COMMITTED("NORMAL"),
    /** Answered after the disk has it: survives power loss. */
    SYNCED("FULL");

    private final String synchronous;

    Durability(String synchronous) {
        this.synchronous = synchronous;
    }

    /** SQLite's word for when the disk is waited for. */
    String synchronous() {
        return synchronous;
    }

    /** Whether answered entries can be missing after an end that was not clean. */
    boolean mayHaveGoneBack(boolean machineRestarted) {
        return switch (this) {
            case ASYNC -> true;
            case COMMITTED -> machineRestarted;
            case SYNCED -> false;
        };
    }
}
