package earshot.core.message;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.time.Clock;
import earshot.core.time.TimeUuid;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class UuidsTest {
    private long millis = 1_751_447_542_000L;

    private final TimeUuid ids = new TimeUuid(
            new Clock() {
                @Override
                public long nanos() {
                    return 0;
                }

                @Override
                public long millis() {
                    return millis;
                }
            },
            new Random(1));

    /** The example of RFC 9562 appendix A.4. */
    @Test
    void v5_ofTheRfcsExample_isTheRfcsAnswer() {
        UUID dns = UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
        assertThat(NameUuid.v5(dns, "www.example.com")).hasToString("2ed6657d-e927-568b-95e1-2665a8aea6a2");
    }

    @Test
    void v7_growsEvenWhenTheClockStandsOrGoesBack() {
        String last = ids.nextText();
        for (int i = 0; i < 20_000; i++) {
            if (i == 10_000) millis -= 5_000;
            if (i == 15_000) millis += 60_000;
            String next = ids.nextText();
            assertThat(next).isGreaterThan(last);
            last = next;
        }
        assertThat(ids.next().version()).isEqualTo(7);
        assertThat(ids.next().variant()).isEqualTo(2);
    }

    @Test
    void v7_beginsWithTheTimeInMilliseconds() {
        assertThat(ids.next().getMostSignificantBits() >>> 16).isEqualTo(millis);
    }
}
