package earshot.bench.load;

/** What every message carries in its content: which run, whose, which in order, and when it was due. Letters and digits only. */
final class Mark {
    /** {@code eb}, six of the run, four of the publisher, eight of the sequence, sixteen of the time; hexadecimal. */
    static final int BYTES = 36;

    private Mark() {}
}
