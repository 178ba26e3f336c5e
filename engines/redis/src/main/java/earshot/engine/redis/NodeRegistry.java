package earshot.engine.redis;

import earshot.core.lease.Incarnation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The nodes as Redis knows them (node-beat.lua), at one moment. Immutable.
 *
 * @param known everybody who is not swept yet
 * @param ended those of them who stopped in order, began anew, or were given up
 */
record NodeRegistry(Map<Long, Incarnation> known, Set<Long> ended) {
    static final NodeRegistry EMPTY = new NodeRegistry(Map.of(), Set.of());
    static final String ENDED = "ended";

    /** The living, who they are, those who were given up. */
    static List<String> keys(Partitions partitions) {
        String all = partitions.of(0) + "nodes:";
        return List.of(all + "living", all + "who", all + "given-up");
    }

    /** @param who ids and who they are, in turn; and the time of the last heartbeat */
    static NodeRegistry read(Reply living, Reply who) {
        Map<Long, Incarnation> known = new HashMap<>();
        Set<Long> ended = new HashSet<>();
        Set<Long> alive = new HashSet<>();
        for (int i = 0; i < living.size(); i++) alive.add(id(living.bytes(i)));
        for (int i = 0; i + 1 < who.size(); i += 2) {
            if (who.bytes(i).length != Long.BYTES) continue;
            long id = id(who.bytes(i));
            ByteBuffer packed = ByteBuffer.wrap(who.bytes(i + 1));
            known.put(id, new Incarnation(id, text(packed), text(packed)));
            if (!alive.contains(id) || text(packed).equals(ENDED)) ended.add(id);
        }
        return new NodeRegistry(Map.copyOf(known), Set.copyOf(ended));
    }

    static byte[] bytes(long id) {
        return ByteBuffer.allocate(Long.BYTES).putLong(id).array();
    }

    static long id(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getLong();
    }

    /** Who it is, as Redis has it. */
    static byte[] who(Incarnation node, String state) {
        byte[] name = node.node().getBytes(StandardCharsets.UTF_8);
        byte[] address = node.address().getBytes(StandardCharsets.UTF_8);
        byte[] rest = state.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(6 + name.length + address.length + rest.length)
                .putShort((short) name.length)
                .put(name)
                .putShort((short) address.length)
                .put(address)
                .putShort((short) rest.length)
                .put(rest)
                .array();
    }

    static String text(ByteBuffer packed) {
        byte[] bytes = new byte[packed.getShort()];
        packed.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
