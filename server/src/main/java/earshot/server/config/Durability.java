package earshot.server.config;

/** What "acknowledged" means for a message (DESIGN 4). */
public enum Durability {
    ASYNC("an acknowledged message is in this process; a crash may lose the last moments, and says so by a new epoch"),
    COMMITTED("an acknowledged message survives kill -9; a power failure may lose the last moments"),
    SYNCED("an acknowledged message survives a power failure; each commit waits for the disk");

    private final String meaning;

    Durability(String meaning) {
        this.meaning = meaning;
    }

    /** As the configuration writes it. */
    public String word() {
        return Kinds.spelled(this);
    }

    /** A sentence that follows the name of the setting. */
    public String meaning() {
        return meaning;
    }
}
