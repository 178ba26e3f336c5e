package earshot.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import earshot.core.message.Audience;
import earshot.core.message.Event;
import earshot.core.message.Position;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.relay.Answer;
import earshot.core.relay.Passed;
import earshot.core.relay.Question;
import earshot.core.testkit.Seeds;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RelayCodecTest {
    private static final RoomId ROOM = new RoomId("test", "", "r");
    private static final int ROUNDS = Boolean.getBoolean("earshot.long") ? 1_000_000 : 20_000;

    @Test
    void count_anyValue_isReadBack() {
        for (int value : new int[] {0, 1, 127, 128, 16_383, 16_384, Integer.MAX_VALUE})
            assertThat(new RelayReader(new RelayWriter().count(value).toBytes()).count())
                    .isEqualTo(value);
        assertThatThrownBy(() -> new RelayReader(new byte[] {-1, -1, -1, -1, -1, -1}).count())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void lengths_thatLie_takeNoMemory() {
        byte[] lie = new RelayWriter().count(Integer.MAX_VALUE).toBytes();
        assertThatThrownBy(() -> new RelayReader(lie).block()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void passed_thatIsTheBoards_isNotWritten() {
        var joined = new Event.UserJoined(ROOM, Profile.named(new UserId("test", "a"), "A"), 1);
        assertThat(RelayCodec.passed(new Passed(joined, Audience.ALL, 1, 1, Position.START)))
                .isNull();
    }

    @Test
    void reading_anyBytes_isAWordOrAnArgumentThatIsIllegal() {
        long seed = Seeds.first();
        Random random = new Random(seed);
        List<byte[]> saved = List.of(passedBytes(), questionBytes(), answerBytes());
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes = changed(saved.get(random.nextInt(3)), random);
            try {
                tolerated(() -> RelayCodec.passed(new RelayReader(bytes), ROOM));
                tolerated(() -> QuestionCodec.question(new RelayReader(bytes)));
                tolerated(() -> QuestionCodec.answer(new RelayReader(bytes)));
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + i, e);
            }
        }
    }

    private static void tolerated(Runnable reading) {
        try {
            reading.run();
        } catch (IllegalArgumentException e) {
            assertThat(e).isNotNull();
        }
    }

    private static byte[] changed(byte[] from, Random random) {
        byte[] bytes = Arrays.copyOf(from, 1 + random.nextInt(from.length + 3));
        for (int i = random.nextInt(4); i > 0; i--) bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        return bytes;
    }

    private static byte[] passedBytes() {
        var typing = new Event.Typing(ROOM, Profile.named(new UserId("test", "ada"), "Ada"), true, false, "m1");
        byte[] bytes = RelayCodec.passed(
                new Passed(typing, new Audience.AllButUser(new UserId("test", "ada")), 1, 1, Position.START));
        return bytes == null ? new byte[0] : bytes;
    }

    private static byte[] questionBytes() {
        RelayWriter out = new RelayWriter();
        var notified = new Event.Notified(
                new UserId("test", "ada"), "reply", "m1", Profile.named(new UserId("test", "bob"), "Bob"), "x");
        QuestionCodec.question(out, new Question.Notify(notified));
        return out.toBytes();
    }

    private static byte[] answerBytes() {
        RelayWriter out = new RelayWriter();
        QuestionCodec.answer(out, new Answer.Rooms(List.of(new Answer.OpenRoom(ROOM, 1, 2))));
        return out.toBytes();
    }
}
