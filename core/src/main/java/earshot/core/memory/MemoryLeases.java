package earshot.core.memory;

import earshot.core.lease.Incarnation;
import earshot.core.lease.Leases;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Leases of the nodes in this process: of the only one, or of several in a test. Thread-safe. A name that nobody has takes no memory.
 */
public final class MemoryLeases {
    private final Map<String, Held> held = new HashMap<>();
    private long fence;

    /** The port as one node sees it. */
    public Leases of(Incarnation incarnation) {
        return new OfNode(incarnation);
    }

    /** The node is no more: what it had is lost, and it is told so. */
    public void end(Incarnation incarnation) {
        Map<String, Held> lost = new HashMap<>();
        synchronized (held) {
            for (Iterator<Held> all = held.values().iterator(); all.hasNext(); ) {
                Held lease = all.next();
                if (!lease.owner.incarnation().equals(incarnation)) continue;
                lost.put(lease.name, lease);
                all.remove();
            }
        }
        for (Held lease : lost.values()) lease.lose();
    }

    private final class OfNode implements Leases {
        private final Incarnation incarnation;

        OfNode(Incarnation incarnation) {
            this.incarnation = incarnation;
        }

        @Override
        public CompletionStage<Grant> acquire(String name, Runnable onLost) {
            return CompletableFuture.completedStage(take(name, onLost));
        }

        private Grant take(String name, Runnable onLost) {
            synchronized (held) {
                Held other = held.get(name);
                if (other != null) return new Grant.Taken(other.owner);
                Held lease = new Held(name, new Owner(incarnation, ++fence), onLost);
                held.put(name, lease);
                return new Grant.Held(lease);
            }
        }

        @Override
        public CompletionStage<Optional<Owner>> owner(String name) {
            synchronized (held) {
                return CompletableFuture.completedStage(
                        Optional.ofNullable(held.get(name)).map(lease -> lease.owner));
            }
        }
    }

    private final class Held implements Leases.Lease {
        private final String name;
        private final Leases.Owner owner;
        private final Runnable onLost;
        private final AtomicBoolean gone = new AtomicBoolean();

        Held(String name, Leases.Owner owner, Runnable onLost) {
            this.name = name;
            this.owner = owner;
            this.onLost = onLost;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long fence() {
            return owner.fence();
        }

        @Override
        public boolean isHeld() {
            return !gone.get();
        }

        @Override
        public void release() {
            if (!gone.compareAndSet(false, true)) return;
            synchronized (held) {
                held.remove(name, this);
            }
        }

        void lose() {
            if (gone.compareAndSet(false, true)) onLost.run();
        }
    }
}
