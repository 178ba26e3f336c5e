package earshot.gateway;

import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Packs payloads for one loop (RFC 7692 section 7.2.1), each on its own. Confined to its loop. Between two payloads it keeps about 256 KB outside the
 * heap, from the first one on.
 */
final class FrameDeflater {
    /** What a flush ends with; left away on the wire. */
    private static final int TAIL_BYTES = 4;
    /** Room that stays between two payloads. */
    private static final int KEPT_BYTES = 64 << 10;

    private static final byte[] NOTHING = {};

    private final GatewayConfig.Compression config;
    private final Meter meter;
    private @Nullable Deflater looking;
    /** For those who cannot look back. */
    private @Nullable Deflater blind;

    private byte[] room = NOTHING;

    FrameDeflater(GatewayConfig.Compression config, Meter meter) {
        this.config = config;
        this.meter = meter;
    }

    /** The payload as a frame with RSV1 carries it; null when the client gets it as it is: too short, or not shorter packed. */
    byte @Nullable [] pack(byte[] payload, WireForm form) {
        if (form == WireForm.PLAIN || payload.length < config.minBytes()) return null;
        return pack(form.mayLookBack(payload.length) ? looking() : blind(), payload);
    }

    private Deflater looking() {
        if (looking == null) looking = new Deflater(config.level(), true);
        return looking;
    }

    private Deflater blind() {
        if (blind == null) {
            blind = new Deflater(config.level(), true);
            blind.setStrategy(Deflater.HUFFMAN_ONLY);
            // The JDK's first call after a change of strategy changes it, and does nothing else.
            blind.deflate(NOTHING);
        }
        return blind;
    }

    private byte @Nullable [] pack(Deflater with, byte[] payload) {
        // A result that does not fit is not shorter.
        if (room.length < payload.length) room = new byte[payload.length];
        with.setInput(payload);
        int size = with.deflate(room, 0, payload.length, Deflater.SYNC_FLUSH) - TAIL_BYTES;
        boolean whole = size < payload.length - TAIL_BYTES && with.needsInput();
        with.reset();
        byte[] packed = whole ? Arrays.copyOf(room, size) : null;
        if (room.length > KEPT_BYTES) room = NOTHING;
        if (packed != null) count(payload.length, size);
        return packed;
    }

    private void count(int plainBytes, int wireBytes) {
        meter.add(Metric.DEFLATE_MESSAGES, 1, "out");
        meter.add(Metric.DEFLATE_PLAIN_BYTES, plainBytes, "out");
        meter.add(Metric.DEFLATE_WIRE_BYTES, wireBytes, "out");
    }

    /** Gives back what it holds outside the heap. May be used again. */
    void release() {
        if (looking != null) looking.end();
        if (blind != null) blind.end();
        looking = null;
        blind = null;
    }
}
