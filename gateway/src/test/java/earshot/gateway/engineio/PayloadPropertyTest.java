package earshot.gateway.engineio;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.dialect.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What was written is read, whatever it is, in the same order; and any body is read to its end without an exception. */
class PayloadPropertyTest {
    private static final int ROUNDS = Boolean.getBoolean("earshot.long") ? 1_000_000 : 3_000;
    private static final String[] TEXTS = {
        "", "4", "b", "\u00e9\u4e2d\ud83d\ude00", "x".repeat(300), "\u0000\u001f", "{\"a\":[1,2]}"
    };

    @Test
    void writtenMessages_areReadAgain() {
        for (int seed = 1; seed <= ROUNDS; seed++) {
            Random random = new Random(seed);
            List<Frame> messages = new ArrayList<>();
            for (int i = 1 + random.nextInt(8); i > 0; i--) messages.add(message(random));
            assertThat(read(written(messages))).as("seed %d", seed).isEqualTo(messages);
        }
    }

    private static Frame message(Random random) {
        if (random.nextBoolean()) return Frame.text(TEXTS[random.nextInt(TEXTS.length)]);
        byte[] bytes = new byte[random.nextInt(random.nextInt(4) == 0 ? 1000 : 5)];
        random.nextBytes(bytes);
        return Frame.binary(bytes);
    }

    private static byte[] written(List<Frame> messages) {
        var writer = new PayloadWriter(16);
        for (Frame message : messages) {
            if (message.kind() == Frame.Kind.TEXT) writer.addText(EnginePacket.MESSAGE + message.asText());
            else writer.addBinary(message.bytes());
        }
        return writer.body();
    }

    private static List<Frame> read(byte[] body) {
        List<Frame> messages = new ArrayList<>();
        for (var reader = new PayloadReader(body); reader.hasNext(); ) {
            if (!(reader.next() instanceof EnginePacket.Message(Frame frame))) throw new AssertionError("no message");
            messages.add(frame);
        }
        return messages;
    }

    @Test
    void anyBytes_areReadToTheirEnd() {
        for (int seed = 1; seed <= ROUNDS; seed++) {
            Random random = new Random(seed);
            byte[] body = new byte[random.nextInt(64)];
            for (int i = 0; i < body.length; i++)
                body[i] = (byte) "0123456b=\u001e\u001eAZ*\u00ff".charAt(random.nextInt(15));
            PayloadFuzz.fuzzerTestOneInput(body);
        }
    }
}
