package earshot.engine.redis;

import io.lettuce.core.RedisURI;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks a cluster who has which slot: every {@value #CALM_SECONDS} s, at once when a server said that a slot is elsewhere, and twice a second while a
 * lane has no connection. A different node each time, over a connection of its own. Confined to the engine's thread.
 */
final class ClusterWatch {
    private static final System.Logger LOG = System.getLogger(ClusterWatch.class.getName());
    private static final int CALM_SECONDS = 10;
    private static final long CALM_NANOS = CALM_SECONDS * 1_000_000_000L;
    private static final long HURRY_NANOS = 500_000_000L;
    private static final long SOON_NANOS = 50_000_000L;

    private final Connector connector;
    private final Shards shards;
    private final Turns turns;
    private final Consumer<Queue<Request>> onApplied;
    private final CompletableFuture<Void> first = new CompletableFuture<>();
    private List<RedisURI> doors;
    private int door;
    private boolean asking;
    private boolean wanted;
    private boolean closed;

    /** @param onApplied hears that lanes may have changed, and what waited in those that are gone */
    ClusterWatch(Connector connector, Shards shards, Turns turns, Consumer<Queue<Request>> onApplied) {
        this.connector = connector;
        this.shards = shards;
        this.turns = turns;
        this.onApplied = onApplied;
        this.doors = connector.servers();
    }

    /** Done when the first view was applied. On any thread. */
    CompletableFuture<Void> begin() {
        turns.run(this::tick);
        return first;
    }

    /** Something moved. */
    void lookAgain() {
        if (wanted) return;
        wanted = true;
        turns.later(SOON_NANOS, () -> {
            wanted = false;
            look();
        });
    }

    void close() {
        closed = true;
    }

    private void tick() {
        if (closed) return;
        look();
        boolean calm = !shards.lanes().isEmpty() && shards.lanes().stream().allMatch(Lane::isConnected);
        turns.later(calm ? CALM_NANOS : HURRY_NANOS, this::tick);
    }

    private void look() {
        if (asking || closed) return;
        asking = true;
        RedisURI uri = doors.get(door++ % doors.size());
        connector
                .connect(uri)
                .thenCompose(connection -> connection
                        .async()
                        .clusterNodes()
                        .toCompletableFuture()
                        .orTimeout(2, TimeUnit.SECONDS)
                        .whenComplete((_, _) -> connection.closeAsync()))
                .whenComplete((nodes, failure) -> turns.run(() -> onNodes(nodes, failure)));
    }

    private void onNodes(@Nullable String nodes, @Nullable Throwable failure) {
        asking = false;
        if (closed) return;
        if (nodes == null) {
            LOG.log(System.Logger.Level.DEBUG, "a node of the cluster does not answer", failure);
            return;
        }
        ClusterView view = ClusterView.parse(nodes);
        if (view.masters().isEmpty()) return;
        onApplied.accept(shards.apply(view));
        keepDoors(view.addresses());
        first.complete(null);
    }

    private void keepDoors(Set<String> addresses) {
        List<RedisURI> all = new ArrayList<>();
        for (String address : addresses) all.add(connector.at(address));
        all.addAll(connector.servers());
        doors = List.copyOf(all);
    }
}
