package earshot.gateway;

import earshot.core.message.Event;
import earshot.core.telemetry.Meter;
import earshot.dialect.Frame;
import java.io.ByteArrayOutputStream;
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
    public byte @Nullable [] pack(byte[] payload, boolean typed, WireForm form) {
        try {
            return deflater.pack(typed ? Envelope.typed(payload) : payload, form);
        } catch (RuntimeException e) {
            Faults.contain(e, meter, "deflate");
            return null;
        }
    }

    /** A message for one client. */
    byte[] wire(List<Frame> message, Envelope envelope, WireForm form) {
        if (message.size() == 1) return wire(message.getFirst(), envelope, form);
        var all = new ByteArrayOutputStream();
        for (Frame frame : message) all.writeBytes(wire(frame, envelope, form));
        return all.toByteArray();
    }

    private byte[] wire(Frame frame, Envelope envelope, WireForm form) {
        boolean typed = envelope.types(frame.kind());
        byte[] packed = form == WireForm.PLAIN ? null : pack(frame.bytes(), typed, form);
        return packed == null
                ? FrameHead.wire(frame.kind(), typed, frame.bytes(), false)
                : FrameHead.wire(frame.kind(), false, packed, true);
    }
}
