package earshot.engine.sql;

import earshot.core.message.Position;

/** A position as one integer, so that one index column orders a room's log over its epochs: the epoch in front of 40 bits of offset. */
final class Place {
    private static final int OFFSET_BITS = 40;
    private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;
    private static final long MAX_EPOCH = (1L << (62 - OFFSET_BITS)) - 1;

    private Place() {}

    static long of(long epoch, long offset) {
        return epoch << OFFSET_BITS | offset;
    }

    /** Positions that clients made up are brought into range; they keep their order. */
    static long of(Position position) {
        return of(Math.min(position.epoch(), MAX_EPOCH), Math.min(position.offset(), OFFSET_MASK));
    }

    static Position position(long place) {
        return new Position(place >>> OFFSET_BITS, place & OFFSET_MASK);
    }

    static long epoch(long place) {
        return place >>> OFFSET_BITS;
    }

    static long offset(long place) {
        return place & OFFSET_MASK;
    }
}
