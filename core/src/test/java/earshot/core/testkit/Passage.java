package earshot.core.testkit;

import java.util.concurrent.TimeUnit;

/**
 * How bytes of one direction pass a {@link FaultProxy}.
 *
 * @param untilNanos nothing passes before this time of {@link System#nanoTime}
 * @param pieceBytes at most so many are written at once
 * @param pauseNanos between two pieces
 */
public record Passage(long untilNanos, int pieceBytes, long pauseNanos) {
    public static final Passage OPEN = new Passage(System.nanoTime(), Integer.MAX_VALUE, 0);
    private static final int RATE_PIECE_BYTES = 512;

    /** Nothing for a while, then everything. */
    public static Passage stalled(int millis) {
        return new Passage(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis), Integer.MAX_VALUE, 0);
    }

    /** Nothing, until it is set to something else. */
    public static Passage stalled() {
        return stalled(3_600_000);
    }

    /** Packets of so few bytes. */
    public static Passage split(int bytes) {
        return new Passage(System.nanoTime(), bytes, 0);
    }

    /** Whatever was read waits so long. */
    public static Passage delayed(int millis) {
        return new Passage(System.nanoTime(), Integer.MAX_VALUE, TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** A slow link. */
    public static Passage rate(int bytesPerSecond) {
        int piece = Math.min(RATE_PIECE_BYTES, bytesPerSecond);
        return new Passage(System.nanoTime(), piece, 1_000_000_000L * piece / bytesPerSecond);
    }
}
