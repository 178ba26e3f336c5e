package earshot.gateway;

import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import java.util.concurrent.TimeUnit;

/** Whether the peer of one link is still there: what was heard of it last, and which ping it owes an answer to. Confined to the link's loop. */
final class Heartbeat {
    private static final byte[] NOTHING = {};

    private final long intervalNanos;
    private long heardNanos;
    private long pingedNanos;
    private boolean pinged;

    /** @param intervalMillis 0: nobody is pinged, and nobody dies */
    Heartbeat(long intervalMillis, long nowNanos) {
        intervalNanos = TimeUnit.MILLISECONDS.toNanos(intervalMillis);
        heardNanos = nowNanos;
    }

    /** Any byte of the peer's will do. */
    void heard(long nowNanos) {
        heardNanos = nowNanos;
        pinged = false;
    }

    /** Pings a peer that was silent for an interval; false when it was silent for another one after that: it is dead. */
    boolean beat(long nowNanos, LinkOutput to, Meter meter) {
        if (intervalNanos == 0) return true;
        if (pinged) {
            // Behind bytes that the peer has not taken our ping has not arrived: that is a slow reader, and the
            // session's to judge.
            if (nowNanos - pingedNanos <= intervalNanos || to.pendingBytes() > 0) return true;
            meter.add(Metric.DEAD_PEERS, 1);
            return false;
        }
        if (nowNanos - heardNanos > intervalNanos) {
            pinged = true;
            pingedNanos = nowNanos;
            meter.add(Metric.PINGS, 1);
            to.send(FrameHead.PING, NOTHING);
            to.flush();
        }
        return true;
    }
}
