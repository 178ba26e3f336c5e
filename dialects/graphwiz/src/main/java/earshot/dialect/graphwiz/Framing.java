package earshot.dialect.graphwiz;

/** How a message is written down on the wire. */
enum Framing {
    /** One protobuf {@code Message} in a binary frame, as seed 003 has it. */
    PROTOBUF(0),
    /** The original client's own: a short header and JSON in a binary frame (protocols/graphwiz.md section 4.2). */
    HUB(1),
    /** Text: for people with a socket in a terminal, and test pages (section 4.3). */
    TEXT(2);

    private static final Framing[] ALL = {PROTOBUF, HUB, TEXT};

    /** Its place in packets and variants. */
    final int number;

    Framing(int number) {
        this.number = number;
    }

    /** Throws {@link IllegalArgumentException}. */
    static Framing at(int number) {
        if (number < 0 || number >= ALL.length) throw new IllegalArgumentException("framing: " + number);
        return ALL[number];
    }
}
