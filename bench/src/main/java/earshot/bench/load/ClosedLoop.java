package earshot.bench.load;

import io.netty.channel.SingleThreadEventLoop;
import java.util.concurrent.TimeUnit;

/**
 * So many messages in flight, counted as deliveries: the next room is told something when what is under way to all is less than the window
 * times its members. Measures how much a server can do, not how late it is: it waits with the server.
 */
final class ClosedLoop implements Pacer {
    private static final int MOST_PER_TURN = 256;
    private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final SingleThreadEventLoop loop;
    private final Publishing publishing;
    private final Recorder recorder;
    private final int window;
    private long underWay;
    private long next;
    private long lastHeard;
    private boolean armed;
    private boolean stopped;

    ClosedLoop(SingleThreadEventLoop loop, Publishing publishing, Recorder recorder, int window) {
        this.loop = loop;
        this.publishing = publishing;
        this.recorder = recorder;
        this.window = window;
    }

    @Override
    public void start(long atNanos, long untilNanos) {
        lastHeard = atNanos;
        refill();
        watch();
    }

    @Override
    public void onHeard() {
        underWay--;
        if (armed) return;
        armed = true;
        loop.executeAfterEventLoopIteration(this::refill);
    }

    private void refill() {
        armed = false;
        if (stopped) return;
        long now = System.nanoTime();
        lastHeard = now;
        for (int said = 0; said < MOST_PER_TURN; said++) {
            int hearers = publishing.hearersOf(next);
            if (hearers > 0 && underWay >= (long) window * hearers) break;
            if (hearers > 0 && publishing.say(next, now)) underWay += hearers;
            next++;
        }
        publishing.flush();
    }

    /** What never arrives would end the run: it is counted, and the window opened again. */
    private void watch() {
        if (stopped) return;
        if (System.nanoTime() - lastHeard > STALL_NANOS) {
            recorder.stalls++;
            underWay = 0;
            refill();
        }
        loop.schedule(this::watch, 500, TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        stopped = true;
    }
}
