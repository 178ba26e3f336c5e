package earshot.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NettyLoopTest {
    private final NettyLoops loops = new NettyLoops(2, true, 4, Clock.SYSTEM, Meter.NONE);

    @AfterEach
    void stop() {
        loops.stop().toCompletableFuture().join();
    }

    @Test
    void post_fromManyThreads_runsEachOnceInOrderOfItsThread() throws Exception {
        int threads = 4;
        int each = 20_000;
        int[] next = new int[threads];
        var disorder = new AtomicInteger();
        var done = new CountDownLatch(threads * each);
        for (int t = 0; t < threads; t++) {
            int me = t;
            Thread.ofPlatform().start(() -> {
                for (int i = 0; i < each; i++) {
                    int expected = i;
                    loops.loop(1).post(() -> {
                        if (next[me]++ != expected || !loops.loop(1).isCurrent()) disorder.incrementAndGet();
                        done.countDown();
                    });
                }
            });
        }
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(disorder).hasValue(0);
        assertThat(Arrays.stream(next)).containsOnly(each);
    }

    @Test
    void offer_whenTooManyWait_isRefusedUntilSomeRan() throws Exception {
        var hold = new CountDownLatch(1);
        var ran = new CountDownLatch(4);
        loops.loop(0).post(() -> awaitUninterruptibly(hold));
        for (int i = 0; i < 4; i++)
            assertThat(loops.loop(0).offer(ran::countDown)).isTrue();
        assertThat(loops.loop(0).offer(ran::countDown)).isFalse();
        hold.countDown();
        assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();
        var later = new CountDownLatch(1);
        assertThat(loops.loop(0).offer(later::countDown)).isTrue();
        assertThat(later.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void atEndOfTurn_whenArmedInATask_runsAfterTheTasksOfTheTurn() throws Exception {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        var done = new CountDownLatch(1);
        NettyLoop loop = loops.loop(0);
        loop.post(() -> {
            loop.atEndOfTurn(() -> {
                order.add("end");
                done.countDown();
            });
            loop.post(() -> order.add("second"));
            order.add("first");
        });
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(order).containsExactly("first", "second", "end");
    }

    @Test
    void post_whenTheTaskThrows_goesOnWithTheNext() throws Exception {
        var done = new CountDownLatch(1);
        loops.loop(0).post(() -> {
            throw new IllegalStateException("on purpose");
        });
        loops.loop(0).post(done::countDown);
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void deadline_whenCancelled_doesNotRun_andOthersRunInTime() throws Exception {
        var early = new AtomicInteger();
        var done = new CountDownLatch(1);
        NettyLoop loop = loops.loop(0);
        long start = System.nanoTime();
        loop.post(() -> {
            var cancelled = loop.deadlines().at(start + 1_000_000, early::incrementAndGet);
            loop.deadlines().at(start + 20_000_000, done::countDown);
            cancelled.cancel();
        });
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(20_000_000);
        assertThat(early).hasValue(0);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
