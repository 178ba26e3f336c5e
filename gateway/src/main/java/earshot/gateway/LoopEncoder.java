package earshot.gateway;

import earshot.core.message.Event;
import earshot.core.telemetry.Meter;
import earshot.dialect.Frame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Renders and packs what one loop's rooms and sessions say. Confined to its loop. */
final class LoopEncoder implements Run.Encoder {
    private final Meter meter;
    private final FrameDeflater deflater;

    LoopEncoder(GatewayConfig.Compression compression, Meter meter) {
        this.meter = meter;
        this.deflater = new FrameDeflater(compression, meter);
    }

    @Override
    public List<Frame> encode(Event event, Language.Flavor flavor) {
        try {
            return flavor.language.dialect.encode(event, flavor.variant);
        } catch (RuntimeException | StackOverflowError e) {
            Faults.contain(e, meter, "encode");
            return List.of();
        }
    }

    @Override
    public byte @Nullable [] pack(byte[] payload, WireForm form) {
        try {
            return deflater.pack(payload, form);
        } catch (RuntimeException e) {
            Faults.contain(e, meter, "deflate");
            return null;
        }
    }

    /** One frame for one client. */
    byte[] wire(Frame frame, WireForm form) {
        byte[] packed = form == WireForm.PLAIN ? null : pack(frame.bytes(), form);
        return FrameHead.wire(frame.kind(), packed == null ? frame.bytes() : packed, packed != null);
    }
}
