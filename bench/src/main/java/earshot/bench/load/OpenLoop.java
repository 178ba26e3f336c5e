package earshot.bench.load;

import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;

/**
 * A fixed schedule: message k is due at the start plus k intervals, whatever became of those before. What is late is sent late, and carries the
 * time at which it was due, so that a stall of either side is in the latencies of all messages that waited in it.
 */
final class OpenLoop implements Pacer {
    /** After so many the loop reads its sockets again. */
    private static final int MOST_PER_TURN = 1024;

    /** What is due in between goes together; each turn of its own would cost the loop a look at its sockets. */
    private static final long SHORTEST_WAIT_NANOS = 200_000;

    private final EventLoop loop;
    private final Publishing publishing;
    private final double intervalNanos;
    private long start;
    private long until;
    private long next;
    private boolean stopped;

    OpenLoop(EventLoop loop, Publishing publishing, double perSecond) {
        this.loop = loop;
        this.publishing = publishing;
        this.intervalNanos = 1e9 / perSecond;
    }

    @Override
    public void start(long atNanos, long untilNanos) {
        start = atNanos;
        until = untilNanos;
        turn();
    }

    private void turn() {
        if (stopped) return;
        long now = System.nanoTime();
        int said = 0;
        while (said < MOST_PER_TURN && due(next) <= now && due(next) < until) {
            publishing.say(next, due(next));
            next++;
            said++;
        }
        publishing.flush();
        long wait = Math.max(said == MOST_PER_TURN ? 0 : SHORTEST_WAIT_NANOS, due(next) - System.nanoTime());
        loop.schedule(this::turn, wait, TimeUnit.NANOSECONDS);
    }

    private long due(long message) {
        return start + (long) (message * intervalNanos);
    }

    @Override
    public void onHeard() {}

    /** What was due before is sent first: the schedule owes it. */
    @Override
    public void stop() {
        stopped = true;
        long end = Math.min(until, System.nanoTime());
        for (; due(next) < end; next++) publishing.say(next, due(next));
        publishing.flush();
    }
}
