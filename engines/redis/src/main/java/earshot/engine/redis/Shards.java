package earshot.engine.redis;

import io.lettuce.core.cluster.SlotHash;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The lanes of a node, one per master, and which slot is whose. Reading on any thread; {@link #apply} confined to the engine's thread.
 */
final class Shards implements Batcher.Routes {
    /** An unchangeable picture. */
    private record Table(@Nullable Lane[] bySlot, List<Lane> lanes) {}

    private final boolean cluster;
    private final Function<String, Lane> make;
    private final long[] epochs = new long[ClusterView.SLOTS];
    private final Map<String, Lane> byAddress = new HashMap<>();
    private volatile Table table;

    private Shards(boolean cluster, Function<String, Lane> make, Table first) {
        this.cluster = cluster;
        this.make = make;
        this.table = first;
    }

    /** One server that has everything. */
    static Shards single(Lane only) {
        return new Shards(false, _ -> only, new Table(new Lane[0], List.of(only)));
    }

    /** @param make a started lane to a master; called on the engine's thread */
    static Shards cluster(Function<String, Lane> make) {
        return new Shards(true, make, new Table(new Lane[ClusterView.SLOTS], List.of()));
    }

    @Override
    public boolean isCluster() {
        return cluster;
    }

    List<Lane> lanes() {
        return table.lanes;
    }

    @Override
    public Lane lane(@Nullable String key) {
        Table now = table;
        if (!cluster) return now.lanes.getFirst();
        Lane lane = key == null ? null : now.bySlot[slot(key)];
        return lane != null ? lane : any(now);
    }

    /** Slots that nobody has, and commands without a key, go to whoever there is; Redis answers for the first. */
    private static Lane any(Table now) {
        if (now.lanes.isEmpty()) throw new IllegalStateException("lanes: none (expected: the first view was applied)");
        return now.lanes.get(ThreadLocalRandom.current().nextInt(now.lanes.size()));
    }

    static int slot(String key) {
        return SlotHash.getSlot(key.getBytes(StandardCharsets.UTF_8));
    }

    /** Takes a view: an owner is believed unless a newer one is known. Returns what waited in lanes that lost all their slots. */
    Queue<Request> apply(ClusterView view) {
        @Nullable Lane[] bySlot = table.bySlot.clone();
        for (ClusterView.Master master : view.masters()) {
            for (int[] range : master.slots()) {
                for (int slot = range[0]; slot <= range[1]; slot++) {
                    if (master.epoch() < epochs[slot]) continue;
                    epochs[slot] = master.epoch();
                    bySlot[slot] = byAddress.computeIfAbsent(master.address(), make);
                }
            }
        }
        Collection<Lane> used = used(bySlot);
        table = new Table(bySlot, List.copyOf(used));
        Queue<Request> left = new ArrayDeque<>();
        for (Lane lane : new ArrayList<>(byAddress.values())) {
            if (used.contains(lane)) continue;
            byAddress.remove(lane.name());
            left.addAll(lane.close());
        }
        return left;
    }

    private static Collection<Lane> used(@Nullable Lane[] bySlot) {
        Map<String, Lane> used = new LinkedHashMap<>();
        for (Lane lane : bySlot) if (lane != null) used.putIfAbsent(lane.name(), lane);
        return used.values();
    }
}
