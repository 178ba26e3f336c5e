package earshot.gateway;

/**
 * How a client wants the frames of its messages: as they are, or as permessage-deflate (RFC 7692) packs them. Never with context takeover, so that
 * clients of one form share the bytes of a message. The JDK's compressor has a window of 15 bits only; what fits into a smaller window as a whole
 * looks back no further than that, and what does not is packed without looking back at all (Huffman codes only).
 */
enum WireForm {
    PLAIN(0, 0),
    DEFLATED(1, Integer.MAX_VALUE),
    /** A window of 12 to 14 bits. */
    SMALL_WINDOW(2, 1 << 12),
    /** A window of 8 to 11 bits, into which nothing fits that is worth packing. */
    NO_WINDOW(3, 0);

    static final int MIN_WINDOW_BITS = 8;
    static final int MAX_WINDOW_BITS = 15;

    private static final WireForm[] ALL = values();

    /** Its place among all, and what {@link earshot.core.session.Session#packing} says. */
    final int number;

    /** Longer payloads must not look back. */
    private final int windowBytes;

    WireForm(int number, int windowBytes) {
        this.number = number;
        this.windowBytes = windowBytes;
    }

    /** For a client that can look back so far ({@code server_max_window_bits}). */
    static WireForm of(int windowBits) {
        if (windowBits == MAX_WINDOW_BITS) return DEFLATED;
        return windowBits >= 12 ? SMALL_WINDOW : NO_WINDOW;
    }

    static WireForm at(int number) {
        return ALL[number];
    }

    static int count() {
        return ALL.length;
    }

    boolean mayLookBack(int payloadBytes) {
        return payloadBytes <= windowBytes;
    }
}
