package earshot.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import earshot.core.message.Body;
import earshot.core.message.Change;
import earshot.core.message.Draft;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.testkit.Fuzzing;
import earshot.core.testkit.Seeds;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class EntryCodecTest {
    private static final RoomId ROOM = new RoomId("test", "tenant", "room");
    private static final Position PLACE = new Position(7, 3);
    private static final int ROUNDS = 2_000;

    @Test
    void decode_anyBytes_isAnEntryOrBadBytes() {
        Fuzzing.playSavedAndChanged("entries", EntryFuzz::fuzzerTestOneInput);
    }

    @Test
    void decode_encoded_isTheSame() throws Exception {
        long seed = Seeds.first();
        Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            Draft draft = draft(random);
            assertThat(EntryCodec.decode(ROOM, PLACE, EntryCodec.encode(draft)))
                    .as("seed %d, round %d", seed, i)
                    .isEqualTo(draft.at(PLACE));
        }
    }

    @Test
    void decode_cutAnywhere_isBadBytes() {
        byte[] whole = EntryCodec.encode(draft(new Random(1)));
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> EntryCodec.decode(ROOM, PLACE, cut)).isInstanceOf(ByteReader.BadBytes.class);
        }
    }

    @Test
    void decode_blankedAsTheScriptDoes_isTheBlankedMessage() throws Exception {
        Draft draft = new Draft(ROOM, new Change.Post("m", "t", "h", "r", body()), author(new Random(1)), 5, null);
        byte[] whole = EntryCodec.encode(draft);
        byte[] blanked = Arrays.copyOf(whole, ByteBuffer.wrap(whole).getInt(3));
        blanked[2] = 1;
        Message said = ((KeptEvent.MessagePosted) draft.at(PLACE)).message();
        assertThat(EntryCodec.decode(ROOM, PLACE, blanked)).isEqualTo(new KeptEvent.MessagePosted(said.blanked()));
    }

    @Test
    void decode_anotherVersion_isBadBytes() {
        byte[] entry = EntryCodec.encode(draft(new Random(1)));
        entry[0] = 2;
        assertThatThrownBy(() -> EntryCodec.decode(ROOM, PLACE, entry)).isInstanceOf(ByteReader.BadBytes.class);
    }

    private static Draft draft(Random random) {
        String id = text(random, 30) + "x";
        Body body = random.nextBoolean() ? null : body();
        String html = random.nextBoolean() ? null : text(random, 50);
        Change change = switch (random.nextInt(4)) {
            case 0 -> new Change.Post(id, text(random, 300), html, random.nextBoolean() ? null : id, body);
            case 1 -> new Change.Edit(id, text(random, 300), html, body);
            case 2 -> new Change.Delete(id);
            default -> new Change.Pin(id, random.nextBoolean());
        };
        return new Draft(ROOM, change, author(random), random.nextLong(), null);
    }

    private static Profile author(Random random) {
        String avatar = random.nextBoolean() ? null : text(random, 20);
        return new Profile(new UserId(text(random, 5), text(random, 9) + "u"), text(random, 9) + "n", avatar, "{}");
    }

    private static Body body() {
        return new Body("test", "application/octet-stream", new byte[] {0, -1, 7});
    }

    private static String text(Random random, int max) {
        int[] points = random.ints(random.nextInt(max + 1), 0, 0x10FFFF)
                .filter(point -> point < 0xD800 || point > 0xDFFF)
                .toArray();
        return new String(points, 0, points.length);
    }
}
