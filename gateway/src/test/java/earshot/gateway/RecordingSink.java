package earshot.gateway;

import earshot.dialect.Frame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes down what a reader makes of bytes, one line each. */
final class RecordingSink implements FrameReader.Sink {
    final List<String> heard = new ArrayList<>();

    @Override
    public void onMessage(Frame frame) {
        heard.add(frame.kind() + " " + new String(frame.bytes(), StandardCharsets.ISO_8859_1));
    }

    @Override
    public void onPing(byte[] payload) {
        heard.add("PING " + new String(payload, StandardCharsets.ISO_8859_1));
    }

    @Override
    public void onPong() {
        heard.add("PONG");
    }

    @Override
    public void onClose(int code) {
        heard.add("CLOSE " + code);
    }
}
