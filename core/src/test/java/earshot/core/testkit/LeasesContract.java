package earshot.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.lease.Leases;
import earshot.core.lease.Leases.Grant;
import earshot.core.lease.Leases.Lease;
import earshot.core.lease.Leases.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What every {@link Leases} promises. Nodes are called {@code ada} and {@code bob}, and have the addresses {@code http://ada} and {@code http://bob}. */
public abstract class LeasesContract {
    private static final AtomicLong NAMES = new AtomicLong();

    /** The port as a node sees it; the same for the same node. */
    protected abstract Leases leases(String node);

    /** The node ends without a word. Its objects may live on and think what they like, for a while. */
    protected abstract void kill(String node);

    private final String name = "call:" + NAMES.incrementAndGet();

    @Test
    protected void acquire_free_isHeld() {
        Lease lease = acquire("ada");
        assertThat(lease.isHeld()).isTrue();
        assertThat(lease.name()).isEqualTo(name);
        assertThat(lease.fence()).isPositive();
    }

    @Test
    protected void acquire_taken_saysByWhom() {
        Lease lease = acquire("ada");
        Owner owner = taken("bob");
        assertThat(owner.incarnation().node()).isEqualTo("ada");
        assertThat(owner.incarnation().address()).isEqualTo("http://ada");
        assertThat(owner.fence()).isEqualTo(lease.fence());
    }

    @Test
    protected void acquire_again_isTakenByTheNodeItself() {
        acquire("ada");
        assertThat(taken("ada").incarnation().node()).isEqualTo("ada");
    }

    @Test
    protected void acquire_manyAtOnce_oneGetsIt() {
        List<CompletionStage<Grant>> asked = new ArrayList<>();
        for (int i = 0; i < 20; i++)
            asked.add(leases(i % 2 == 0 ? "ada" : "bob").acquire(name, () -> {}));
        long held = asked.stream()
                .map(LeasesContract::get)
                .filter(Grant.Held.class::isInstance)
                .count();
        assertThat(held).isEqualTo(1);
    }

    @Test
    protected void owner_nobody_isEmpty() {
        assertThat(get(leases("ada").owner(name))).isEmpty();
    }

    @Test
    protected void owner_held_isTheSameForAll() {
        Lease lease = acquire("bob");
        for (String node : List.of("ada", "bob")) {
            Owner owner = get(leases(node).owner(name)).orElseThrow();
            assertThat(owner.incarnation().node()).isEqualTo("bob");
            assertThat(owner.fence()).isEqualTo(lease.fence());
        }
    }

    @Test
    protected void release_thenAnother_getsItWithAHigherFence() {
        Lease first = acquire("ada");
        first.release();
        assertThat(first.isHeld()).isFalse();
        Lease second = acquireSoon("bob");
        assertThat(second.fence()).isGreaterThan(first.fence());
    }

    @Test
    protected void release_twice_doesNotHarmTheNextOwner() {
        Lease first = acquire("ada");
        first.release();
        Lease second = acquireSoon("bob");
        first.release();
        assertThat(taken("ada").incarnation().node()).isEqualTo("bob");
        assertThat(second.isHeld()).isTrue();
    }

    @Test
    protected void names_several_areApart() {
        acquire("ada");
        Grant other = get(leases("bob").acquire(name + "-other", () -> {}));
        assertThat(other).isInstanceOf(Grant.Held.class);
    }

    @Test
    protected void kill_owner_anotherGetsItWithAHigherFence() {
        Lease first = acquire("ada");
        kill("ada");
        Lease second = acquireSoon("bob");
        assertThat(second.fence()).isGreaterThan(first.fence());
        assertThat(first.isHeld()).isFalse();
    }

    @Test
    protected void kill_owner_hearsOfTheLossOnce() {
        AtomicInteger lost = new AtomicInteger();
        Lease lease = held(get(leases("ada").acquire(name, lost::incrementAndGet)));
        kill("ada");
        await(() -> lost.get() == 1);
        assertThat(lease.isHeld()).isFalse();
        lease.release();
        assertThat(lost).hasValue(1);
    }

    @Test
    protected void release_beforeTheEnd_isNoLoss() {
        AtomicInteger lost = new AtomicInteger();
        Lease lease = held(get(leases("ada").acquire(name, lost::incrementAndGet)));
        AtomicInteger other = new AtomicInteger();
        held(get(leases("ada").acquire(name + "-other", other::incrementAndGet)));
        lease.release();
        kill("ada");
        await(() -> other.get() == 1);
        assertThat(lost).hasValue(0);
    }

    private Lease acquire(String node) {
        return held(get(leases(node).acquire(name, () -> {})));
    }

    /** Until the release, or the end, of the one before is known. */
    private Lease acquireSoon(String node) {
        List<Lease> got = new ArrayList<>();
        await(() -> {
            if (get(leases(node).acquire(name, () -> {})) instanceof Grant.Held held) got.add(held.lease());
            return !got.isEmpty();
        });
        return got.getFirst();
    }

    private Owner taken(String node) {
        Grant grant = get(leases(node).acquire(name, () -> {}));
        assertThat(grant).isInstanceOf(Grant.Taken.class);
        return ((Grant.Taken) grant).by();
    }

    private static Lease held(Grant grant) {
        assertThat(grant).isInstanceOf(Grant.Held.class);
        return ((Grant.Held) grant).lease();
    }

    private static <T> T get(CompletionStage<T> stage) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        return future.orTimeout(10, TimeUnit.SECONDS).join();
    }

    private static void await(BooleanSupplier condition) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(until);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
