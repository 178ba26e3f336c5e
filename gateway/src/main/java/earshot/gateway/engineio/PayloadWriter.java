package earshot.gateway.engineio;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Makes the body of a poll's answer; the counterpart of {@link PayloadReader}. For one thread at a time. */
public final class PayloadWriter {
    private final ByteArrayOutputStream body;

    /** @param bytes about how many will come */
    public PayloadWriter(int bytes) {
        body = new ByteArrayOutputStream(bytes);
    }

    /** A packet as a WebSocket would carry it: its type, then its data. */
    public void addText(byte[] packet) {
        separate();
        body.writeBytes(packet);
    }

    public void addText(String packet) {
        addText(packet.getBytes(StandardCharsets.UTF_8));
    }

    /** The data of a binary message. */
    public void addBinary(byte[] data) {
        separate();
        body.write(PayloadReader.BINARY);
        body.writeBytes(Base64.getEncoder().encode(data));
    }

    private void separate() {
        if (body.size() > 0) body.write(PayloadReader.SEPARATOR);
    }

    public boolean isEmpty() {
        return body.size() == 0;
    }

    public byte[] body() {
        return body.toByteArray();
    }
}
