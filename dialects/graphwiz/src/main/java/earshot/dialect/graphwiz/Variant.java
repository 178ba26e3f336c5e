package earshot.dialect.graphwiz;

import org.jspecify.annotations.Nullable;

/** In what a connection hears what its room tells. */
final class Variant {
    /** It has not said anything yet: it hears what others say as they said it, and what the server says in protobuf (protocols/graphwiz.md section 4.5). */
    static final int UNKNOWN = 3;

    private Variant() {}

    static int of(@Nullable Framing framing) {
        return framing == null ? UNKNOWN : framing.number;
    }

    /** Null: unknown, or no variant of ours. */
    static @Nullable Framing framing(int variant) {
        return variant < 0 || variant >= UNKNOWN ? null : Framing.at(variant);
    }
}
