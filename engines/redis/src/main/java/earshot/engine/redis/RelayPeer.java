package earshot.engine.redis;

/** Another node that serves a room, and the last word that was heard of it. Confined to its {@link RelayRoom}. */
final class RelayPeer {
    /** What a word is. */
    enum Word {
        /** Heard before, or older than what was heard. */
        OLD,
        NEXT,
        /** Something before it was lost. */
        AFTER_A_GAP
    }

    private long serial;
    private long last;

    /**
     * @param fromSerial of the line that says it: of one node the later line is higher
     * @param number of the word on that line, from 1
     */
    Word hear(long fromSerial, long number) {
        if (fromSerial < serial || (fromSerial == serial && number <= last)) return Word.OLD;
        boolean gap = fromSerial == serial && number > last + 1;
        serial = fromSerial;
        last = number;
        return gap ? Word.AFTER_A_GAP : Word.NEXT;
    }
}
