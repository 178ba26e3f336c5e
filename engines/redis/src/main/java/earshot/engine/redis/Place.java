package earshot.engine.redis;

import java.nio.ByteBuffer;

/**
 * A place in a room's stream of presence. Streams that went back (a failover) and then on have other tags, so a place that is equal is the same.
 *
 * @param version one more with each change
 * @param tag random, of the call that made the change
 */
record Place(long version, long tag) {
    static final int BYTES = 16;
    static final Place NOWHERE = new Place(0, 0);

    static Place read(ByteBuffer in) {
        return new Place(in.getLong(), in.getLong());
    }
}
