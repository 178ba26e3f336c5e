package earshot.product.kaiku;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.testkit.ManualClock;
import earshot.core.time.TimeUuid;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class MessageIdsTest {
    private final TimeUuid channels = new TimeUuid(new ManualClock(), new Random(1));
    private final MessageIds ids = new MessageIds(new TimeUuid(new ManualClock(), new Random(2)));

    @Test
    void next_ofAChannel_carriesItsTagAndIsAUuidOfVersion7() {
        UUID channel = channels.next();
        UUID message = ids.next(channel);
        assertThat(MessageIds.tagIn(message)).isEqualTo(MessageIds.tagOf(channel));
        assertThat(message.version()).isEqualTo(7);
        assertThat(message.variant()).isEqualTo(2);
    }

    @Test
    void next_manyTimes_growsAndNeverRepeats() {
        UUID channel = channels.next();
        String before = "";
        for (int i = 0; i < 10_000; i++) {
            String next = ids.next(channel).toString();
            assertThat(next).isGreaterThan(before);
            before = next;
        }
    }

    @Test
    void tagOf_channelsOfOneMillisecond_hardlyEverMeet() {
        Set<Integer> tags = new HashSet<>();
        for (int i = 0; i < 10_000; i++) tags.add(MessageIds.tagOf(channels.next()));
        assertThat(tags.size()).isGreaterThan(9_990);
    }
}
