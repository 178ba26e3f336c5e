package earshot.core.voice;

import earshot.core.lease.Leases;
import earshot.core.message.RoomId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Which voice rooms live on this node: those whose lease it has, as long as somebody is in them or just coming. Thread-safe behind its own lock. */
final class RoomOwnership {
    private final Leases leases;
    private final Consumer<RoomId> onLost;
    private final Map<RoomId, Owned> owned = new HashMap<>();
    private final Map<RoomId, CompletableFuture<Boolean>> claims = new HashMap<>();

    private static final class Owned {
        final Leases.Lease lease;
        /** Wishes under way: the room is not given up while there are any. */
        int busy;

        Owned(Leases.Lease lease) {
            this.lease = lease;
        }
    }

    /** @param onLost told when a room lives elsewhere though nobody gave it up; on any thread, not under the lock */
    RoomOwnership(Leases leases, Consumer<RoomId> onLost) {
        this.leases = leases;
        this.onLost = onLost;
    }

    /** True: it lives here, until {@link #releaseIfIdle}. Fails when nobody can say. */
    CompletionStage<Boolean> claim(RoomId room) {
        var mine = new CompletableFuture<Boolean>();
        synchronized (this) {
            if (held(room) != null) return CompletableFuture.completedStage(true);
            CompletableFuture<Boolean> underWay = claims.putIfAbsent(room, mine);
            if (underWay != null) return underWay;
        }
        leases.acquire("voice:" + room, () -> onLost(room)).whenComplete((grant, failure) -> {
            boolean isOurs = grant instanceof Leases.Grant.Held;
            synchronized (this) {
                claims.remove(room);
                if (grant instanceof Leases.Grant.Held held) owned.put(room, new Owned(held.lease()));
            }
            if (failure == null) mine.complete(isOurs);
            else mine.completeExceptionally(failure);
        });
        return mine;
    }

    private @Nullable Owned held(RoomId room) {
        Owned found = owned.get(room);
        return found != null && found.lease.isHeld() ? found : null;
    }

    synchronized boolean isOurs(RoomId room) {
        return held(room) != null;
    }

    /** A wish for it begins; false: it does not live here. */
    synchronized boolean begin(RoomId room) {
        Owned found = held(room);
        if (found == null) return false;
        found.busy++;
        return true;
    }

    /** Each {@link #begin} has one. */
    synchronized void end(RoomId room) {
        Owned found = owned.get(room);
        if (found != null && found.busy > 0) found.busy--;
    }

    /** Nobody is in it: gives it up, unless somebody is just coming. */
    void releaseIfIdle(RoomId room) {
        Leases.Lease lease;
        synchronized (this) {
            Owned found = owned.get(room);
            if (found == null || found.busy > 0) return;
            owned.remove(room);
            lease = found.lease;
        }
        lease.release();
    }

    /** Gives up everything; returns what that was. */
    List<RoomId> releaseAll() {
        Map<RoomId, Owned> all;
        synchronized (this) {
            all = Map.copyOf(owned);
            owned.clear();
        }
        for (Owned each : all.values()) each.lease.release();
        return List.copyOf(all.keySet());
    }

    private void onLost(RoomId room) {
        synchronized (this) {
            owned.remove(room);
        }
        onLost.accept(room);
    }
}
