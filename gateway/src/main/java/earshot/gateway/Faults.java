package earshot.gateway;

import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import io.netty.util.internal.OutOfDirectMemoryError;
import java.io.IOException;
import java.util.Arrays;

/** What becomes of an {@link Error}: some cost one session, the others the process. */
final class Faults {
    private static final System.Logger LOG = System.getLogger(Faults.class.getName());

    private Faults() {}

    /** Whether it is the fault of one session and ends only that one. */
    static boolean endsSessionOnly(Throwable e) {
        return e instanceof Exception
                || e instanceof StackOverflowError
                || e instanceof OutOfDirectMemoryError
                || e instanceof AssertionError;
    }

    /** Counts and logs an error that may be survived; ends the process on every other (heap exhaustion, linkage). */
    static void contain(Throwable e, Meter meter, String where) {
        meter.add(Metric.FAULTS, 1, where);
        if (e instanceof StackOverflowError) shorten(e);
        if (endsSessionOnly(e)) {
            LOG.log(System.Logger.Level.WARNING, "fault in " + where, e);
            return;
        }
        try {
            LOG.log(System.Logger.Level.ERROR, "cannot go on: " + where, e);
        } finally {
            Runtime.getRuntime().halt(70);
        }
    }

    /** A thousand equal lines say no more than the first few. */
    private static void shorten(Throwable e) {
        StackTraceElement[] trace = e.getStackTrace();
        e.setStackTrace(Arrays.copyOf(trace, Math.min(trace.length, 20)));
    }

    /** What came out of a socket: that it broke is weather, anything else is a fault. */
    static void containBreak(Throwable cause, Meter meter, String where) {
        if (cause instanceof IOException)
            LOG.log(System.Logger.Level.DEBUG, "The connection broke: {0}", cause.getMessage());
        else contain(cause, meter, where);
    }
}
