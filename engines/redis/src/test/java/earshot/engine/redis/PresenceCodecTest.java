package earshot.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import earshot.core.message.Profile;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.presence.PresenceBoard.Entry;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PresenceCodecTest {
    private static final SessionId SESSION = new SessionId(-5, Long.MAX_VALUE);

    @Test
    void entered_everyShape_isReadAsItWasWritten() {
        for (Profile user : List.of(
                new Profile(new UserId("threadkit", "é\0x"), "Ada ✓", "https://a/b?c", "{\"karma\":1}"),
                new Profile(new UserId("t", "1"), "n", "", ""),
                new Profile(new UserId("t", "1"), "n".repeat(100_000), null, "{}"))) {
            var entry = new Entry(SESSION, user, -1, "away");
            byte[] bytes = PresenceChange.entered(entry, 42);
            assertThat(PresenceChange.read(ByteBuffer.wrap(bytes))).isEqualTo(new PresenceChange.Entered(entry, 42));
        }
    }

    @Test
    void others_areReadAsTheyWereWritten() {
        var user = new UserId("t", "ada");
        assertThat(PresenceChange.read(ByteBuffer.wrap(PresenceChange.left(SESSION))))
                .isEqualTo(new PresenceChange.Left(SESSION));
        assertThat(PresenceChange.read(ByteBuffer.wrap(PresenceChange.statusSet(user, "away"))))
                .isEqualTo(new PresenceChange.StatusSet(user, "away"));
    }

    /** Whoever else publishes on our channels costs a log line, never memory or a loop. */
    @Test
    void anyBytes_areRefusedByAnException() {
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(80)];
            random.nextBytes(bytes);
            if (bytes.length > 40) bytes[40] = (byte) "ELSX".charAt(random.nextInt(4));
            try {
                PresenceMessage.read(bytes);
            } catch (RuntimeException _) {
                // As it should be.
            }
        }
        assertThatThrownBy(() -> PresenceMessage.read(new byte[7])).isInstanceOf(RuntimeException.class);
    }
}
