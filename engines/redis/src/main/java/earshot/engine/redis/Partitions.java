package earshot.engine.redis;

import earshot.core.message.RoomId;

/**
 * How rooms are spread: over {@value #COUNT} partitions, each with a hash tag, so that everything of a partition lies in one slot of a cluster and one
 * script call may touch all of it. The number is part of the data: it cannot be changed while there is any.
 */
final class Partitions {
    static final int COUNT = 256;

    private final String prefix;

    Partitions(String prefix) {
        this.prefix = prefix;
    }

    /** 0..255; the same in every process, for ever. */
    static int of(RoomId room) {
        return of(name(room));
    }

    /** The same for whatever has a name. */
    static int of(String name) {
        // FNV-1a over what the key is made of: String.hashCode would do, but its spread over 8 bits is poor.
        int hash = 0x811C9DC5;
        for (int i = 0; i < name.length(); i++) hash = (hash ^ name.charAt(i)) * 0x01000193;
        return (hash ^ hash >>> 8 ^ hash >>> 16 ^ hash >>> 24) & (COUNT - 1);
    }

    /** {@code earshot:{17}:}, what every key and channel of a partition begins with. */
    String of(int partition) {
        return prefix + "{" + partition + "}:";
    }

    /** {@code earshot:{17}:log:waddle//general}: a key or channel of a room. */
    String key(String kind, RoomId room) {
        return of(of(room)) + kind + ":" + name(room);
    }

    /** {@code realm/tenant/name}; slashes of the first two are written %2F. */
    static String name(RoomId room) {
        return escaped(room.realm()) + "/" + escaped(room.tenant()) + "/" + room.name();
    }

    /** The room of a {@link #name}. Throws {@link IllegalArgumentException} when it is none. */
    static RoomId room(String name) {
        int first = name.indexOf('/');
        int second = name.indexOf('/', first + 1);
        if (first < 0 || second < 0) throw new IllegalArgumentException("room key: not realm/tenant/name");
        return new RoomId(
                unescaped(name.substring(0, first)),
                unescaped(name.substring(first + 1, second)),
                name.substring(second + 1));
    }

    private static String escaped(String part) {
        return part.indexOf('/') < 0 && part.indexOf('%') < 0
                ? part
                : part.replace("%", "%25").replace("/", "%2F");
    }

    private static String unescaped(String part) {
        return part.indexOf('%') < 0 ? part : part.replace("%2F", "/").replace("%25", "%");
    }
}
