package earshot.dialect.kaiku;

import earshot.dialect.Frame;
import java.util.List;

/**
 * How one client wants to be spoken to. What nobody asks for is the seed's way.
 *
 * @param packed MessagePack in binary frames instead of JSON in text frames
 * @param batched a text frame may be an array of events
 */
record Variant(boolean packed, boolean batched) {
    static final String MSGPACK = "kaiku.msgpack";

    private static final int PACKED = 1;
    private static final int BATCHED = 2;

    static Variant of(int number) {
        return new Variant((number & PACKED) != 0, (number & BATCHED) != 0);
    }

    /** What rooms encode for: a batch is made of the same events. */
    int spelling() {
        return packed ? PACKED : 0;
    }

    int number() {
        return (packed ? PACKED : 0) | (batched ? BATCHED : 0);
    }

    Frame frame(byte[] json) {
        if (!packed) return Frame.text(json);
        byte[] bytes = MessagePack.ofJson(json);
        if (bytes == null) throw new IllegalStateException("an event that is no JSON");
        return Frame.binary(bytes);
    }

    /** Of what somebody else wrote. */
    List<Frame> frames(byte[] json) {
        if (!packed) return List.of(Frame.text(json));
        byte[] bytes = MessagePack.ofJson(json);
        return bytes == null ? List.of() : List.of(Frame.binary(bytes));
    }
}
