package earshot.engine.redis;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which master has which slot, as one node of a cluster sees it (the answer of {@code CLUSTER NODES}, see redis.io/commands/cluster-nodes).
 *
 * @param masters those that have slots
 * @param addresses of all nodes that can be asked, replicas included
 */
record ClusterView(List<Master> masters, Set<String> addresses) {
    static final int SLOTS = 16_384;

    /**
     * @param address {@code host:port}
     * @param epoch grows with every change of ownership: of two who claim a slot the one with the greater has it
     * @param slots first and last of each range, in turn
     */
    record Master(String address, long epoch, List<int[]> slots) {}

    /** Lines that are not understood are left out. */
    static ClusterView parse(String nodes) {
        List<Master> masters = new ArrayList<>();
        Set<String> addresses = new HashSet<>();
        for (String line : nodes.split("\n", -1)) {
            String[] words = line.trim().split(" ", -1);
            if (words.length < 8) continue;
            String address = address(words[1]);
            List<String> flags = List.of(words[2].split(",", -1));
            if (address == null || flags.contains("noaddr") || flags.contains("handshake")) continue;
            if (!flags.contains("fail")) addresses.add(address);
            if (!flags.contains("master")) continue;
            List<int[]> slots = slots(words);
            if (!slots.isEmpty()) masters.add(new Master(address, Long.parseLong(words[6]), slots));
        }
        return new ClusterView(masters, addresses);
    }

    /** {@code ip:port@cport[,hostname[,…]]}; a node that does not know its own address yet has none. */
    private static @Nullable String address(String word) {
        int at = word.indexOf('@');
        String address = at < 0 ? word : word.substring(0, at);
        return address.startsWith(":") ? null : address;
    }

    private static List<int[]> slots(String[] words) {
        List<int[]> ranges = new ArrayList<>();
        for (int i = 8; i < words.length; i++) {
            // [slot->-node] and [slot-<-node] are slots on the move: they belong to whom the plain ranges say.
            if (words[i].isEmpty() || words[i].startsWith("[")) continue;
            int dash = words[i].indexOf('-');
            int first = Integer.parseInt(dash < 0 ? words[i] : words[i].substring(0, dash));
            int last = dash < 0 ? first : Integer.parseInt(words[i].substring(dash + 1));
            if (first >= 0 && first <= last && last < SLOTS) ranges.add(new int[] {first, last});
        }
        return ranges;
    }
}
