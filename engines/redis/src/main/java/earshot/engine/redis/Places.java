package earshot.engine.redis;

import earshot.core.message.Position;
import earshot.engine.redis.ByteReader.BadBytes;

/**
 * Positions as stream ids: {@code <epoch>-<offset - 1>}, since the first id that Redis gives in an epoch ends in 0. A room at offset n has its next entry
 * at id n.
 */
final class Places {
    /** What a Lua number holds exactly. */
    private static final long MAX = 1L << 53;

    private Places() {}

    static Position position(byte[] id) throws BadBytes {
        int dash = 0;
        while (dash < id.length && id[dash] != '-') dash++;
        return new Position(number(id, 0, dash), number(id, dash + 1, id.length) + 1);
    }

    private static long number(byte[] id, int from, int to) throws BadBytes {
        if (to <= from || to - from > 16) throw new BadBytes("not an id");
        long number = 0;
        for (int i = from; i < to; i++) {
            if (id[i] < '0' || id[i] > '9') throw new BadBytes("not an id");
            number = number * 10 + id[i] - '0';
        }
        return number;
    }

    /** The id of the entry at a position. */
    static String id(Position position) {
        return position.epoch() + "-" + (position.offset() - 1);
    }

    /** The first id that may follow a position. A position beyond all that are ever given is cut: nothing follows it either. */
    static String firstAfter(Position position) {
        return Math.min(MAX, position.epoch()) + "-" + Math.min(MAX, position.offset());
    }
}
