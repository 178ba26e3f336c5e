package earshot.dialect.threadkit;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.testkit.Seeds;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Any bytes into every reader of bytes that is not behind a conversation. A failing seed is in the description. */
final class ThreadkitFuzzTest {
    private static final int ROUNDS = Boolean.getBoolean("earshot.long") ? 500_000 : 5_000;
    private static final String[] VALID = {
        "{\"type\":\"new_comment\",\"page_id\":\"x\",\"data\":{\"comment\":" + GoldenFrames.COMMENT + "}}",
        "{\"type\":\"vote_update\",\"data\":{\"comment_id\":\"c\",\"upvotes\":3,\"downvotes\":1}}",
        "{\"type\":\"pin_update\",\"data\":{\"comment_id\":\"c\",\"pinned\":true,\"pinned_at\":1}}",
        "{\"type\":\"notification\",\"data\":{\"type\":\"reply\",\"comment_id\":\"c\",\"from_user\":" + GoldenFrames.BOB
                + "}}",
    };

    private final ThreadkitEvents events = new ThreadkitEvents(ThreadkitConfig.DEFAULT);
    private final ThreadkitDialect dialect = new TestWorld().dialect();

    @Test
    void anyEvent_isHeardOrDropped() {
        long first = Seeds.first();
        for (long seed = first; seed < first + ROUNDS; seed++) {
            byte[] bytes = mutated(new Random(seed));
            assertThat(events.onPage(TestWorld.ROOM, bytes, null))
                    .as("seed %d", seed)
                    .isNotNull();
            assertThat(events.comment(TestWorld.ROOM, bytes, null))
                    .as("seed %d", seed)
                    .isNotNull();
            Heard heard = events.onUser(TestWorld.PROFILE_OF_ANN.user(), bytes);
            if (heard instanceof Heard.Notify n) readable(n, seed);
        }
    }

    private void readable(Heard.Notify notify, long seed) {
        dialect.encode(notify.event(), 0)
                .forEach(frame -> assertThat(TestWorld.json(frame).get("method").stringValue())
                        .as("seed %d", seed)
                        .isEqualTo("notification"));
    }

    private static byte[] mutated(Random random) {
        byte[] bytes = TestWorld.utf8(VALID[random.nextInt(VALID.length)]);
        for (int i = random.nextInt(4); i > 0; i--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(3)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] = bytes[random.nextInt(bytes.length)];
                default -> bytes = java.util.Arrays.copyOf(bytes, 1 + at);
            }
        }
        return bytes;
    }
}
