package earshot.engine.redis;

import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much waits for a flush, over all lanes of a node: bounded by number and bytes. What is patient has bounds of its own, so that it keeps nobody else from
 * asking. Thread-safe.
 */
final class Waiting {
    private final Pool usual;
    private final Pool patient;
    private final Meter meter;

    Waiting(long maxCommands, long maxBytes, Patience patience, Meter meter) {
        this.usual = new Pool(maxCommands, maxBytes);
        this.patient = new Pool(patience.maxDrafts(), patience.maxBytes());
        this.meter = meter;
    }

    /** False: it would be too much, and nothing was taken. */
    boolean enter(Request request, long weight) {
        if (!request.isPatient()) return usual.enter(weight);
        if (!patient.enter(weight)) return false;
        meter.move(Metric.REDIS_HELD, 1);
        return true;
    }

    void leave(Request request, long weight) {
        if (!request.isPatient()) {
            usual.leave(weight);
            return;
        }
        patient.leave(weight);
        meter.move(Metric.REDIS_HELD, -1);
    }

    long commands() {
        return usual.commands.get() + patient.commands.get();
    }

    private static final class Pool {
        private final long maxCommands;
        private final long maxBytes;
        private final AtomicLong commands = new AtomicLong();
        private final AtomicLong bytes = new AtomicLong();

        Pool(long maxCommands, long maxBytes) {
            this.maxCommands = maxCommands;
            this.maxBytes = maxBytes;
        }

        boolean enter(long weight) {
            if (commands.incrementAndGet() > maxCommands) {
                commands.decrementAndGet();
                return false;
            }
            // Whoever is alone may be heavier than everything: else it could never pass.
            if (bytes.addAndGet(weight) > maxBytes && bytes.get() != weight) {
                leave(weight);
                return false;
            }
            return true;
        }

        void leave(long weight) {
            commands.decrementAndGet();
            bytes.addAndGet(-weight);
        }
    }
}
