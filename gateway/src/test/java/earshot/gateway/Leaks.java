package earshot.gateway;

import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Hears of buffers that were collected before they were released (paranoid detection is on for this module's tests). */
final class Leaks extends Handler implements AutoCloseable {
    private static final Logger DETECTOR = Logger.getLogger("io.netty.util.ResourceLeakDetector");

    private final List<String> found = Collections.synchronizedList(new ArrayList<>());

    Leaks() {
        DETECTOR.addHandler(this);
    }

    /** What was reported; looks after a collection, since only then the detector knows. */
    List<String> found() {
        for (int i = 0; i < 3; i++) {
            System.gc();
            // The detector reports when it tracks the next buffer.
            for (int n = 0; n < 100; n++)
                ByteBufAllocator.DEFAULT.directBuffer(16).release();
        }
        return List.copyOf(found);
    }

    @Override
    public void publish(LogRecord record) {
        if (record.getMessage().startsWith("LEAK")) found.add(record.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        DETECTOR.removeHandler(this);
    }
}
