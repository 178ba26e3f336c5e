package earshot.dialect.threadkit;

import java.io.IOException;

/** The three kinds of connection. */
enum Standing {
    /** No token, or none that counts: hears everything, shows nowhere. */
    ANONYMOUS(0),
    /** A token that counts for a user of whom nothing is known: told who it is, else as anonymous. */
    NAMELESS(1),
    /** In presence, heard when typing. */
    VISIBLE(2);

    private final int frozen;

    Standing(int frozen) {
        this.frozen = frozen;
    }

    /** As it is written down; never reused for something else. */
    int frozen() {
        return frozen;
    }

    static Standing thaw(int frozen) throws IOException {
        return switch (frozen) {
            case 0 -> ANONYMOUS;
            case 1 -> NAMELESS;
            case 2 -> VISIBLE;
            default -> throw new IOException("standing: " + frozen + " (expected: 0..2)");
        };
    }
}
