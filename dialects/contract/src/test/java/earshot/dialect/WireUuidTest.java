package earshot.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.UserId;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class WireUuidTest {
    private static final String TEXT = "550e8400-e29b-41d4-a716-446655440000";
    private static final UUID VALUE = UUID.fromString(TEXT);

    @Test
    void parse_takesTheFourSpellingsInAnyCase() {
        for (String text : List.of(TEXT, TEXT.replace("-", ""), "{" + TEXT + "}", "urn:uuid:" + TEXT)) {
            assertThat(WireUuid.parse(text)).as(text).isEqualTo(VALUE);
            assertThat(WireUuid.parse(text.toUpperCase(Locale.ROOT))).as(text).isEqualTo(VALUE);
        }
    }

    @Test
    void parse_takesNothingElse() {
        for (String text : List.of(
                "",
                "1-1-1-1-1",
                TEXT + " ",
                " " + TEXT,
                TEXT.substring(1),
                TEXT.replace('0', 'g'),
                TEXT.replace('0', '\u0660'),
                TEXT.replace('0', '\uff10'),
                "550e8400e-29b-41d4-a716-446655440000",
                "550e8400--e29b-41d4-a716-44665544000",
                "{" + TEXT + ")",
                "(" + TEXT + ")",
                "{" + TEXT.replace("-", "") + "}",
                "urn-uuid-" + TEXT,
                "urn:uuid:" + TEXT.replace("-", ""),
                "-".repeat(36),
                "+50e8400e29b41d4a716446655440000")) {
            assertThat(WireUuid.parse(text)).as(text).isNull();
        }
    }

    @Test
    void parse_ofWhatIsWritten_isIdentity() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 1000; i++) {
            UUID uuid = new UUID(random.nextLong(), random.nextLong());
            assertThat(WireUuid.parse(uuid.toString())).as("seed %d", seed).isEqualTo(uuid);
        }
    }

    @Test
    void idThatIsAUuid_staysWhatItIs() {
        assertThat(WireUuid.ofMessage(TEXT)).isEqualTo(VALUE);
        assertThat(WireUuid.ofRoom(TEXT)).isEqualTo(VALUE);
        assertThat(WireUuid.ofUser(new UserId("waddle", TEXT))).isEqualTo(VALUE);
    }

    @Test
    void idThatIsNone_isVersionFiveOfWhereItComesFrom() {
        UUID ada = WireUuid.ofUser(new UserId("waddle", "ada"));
        assertThat(ada.version()).isEqualTo(5);
        assertThat(ada.variant()).isEqualTo(2);
        assertThat(ada).isNotEqualTo(WireUuid.ofUser(new UserId("summit", "ada")));
        assertThat(ada).isNotEqualTo(WireUuid.ofMessage("ada"));
        assertThat(WireUuid.ofRoom("ada")).isNotEqualTo(WireUuid.ofMessage("ada"));
    }

    /** Clients keep these ids: computed apart with Python's uuid.uuid5, and never to change. */
    @Test
    void idThatIsNone_isTheSameForEver() {
        assertThat(WireUuid.ofUser(new UserId("waddle", "ada"))).hasToString("84e74f34-28f1-5196-ae62-641b94084ca5");
        assertThat(WireUuid.ofMessage("m-7")).hasToString("b005c1e9-615d-5436-833a-2a79d404d1c4");
        assertThat(WireUuid.ofRoom("public:lobby")).hasToString("ecd7b8d2-236d-50dd-afee-dcd6a6860e39");
    }
}
