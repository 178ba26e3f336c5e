package earshot.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.testkit.Seeds;
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
        long seed = Seeds.first();
        Random random = new Random(seed);
        for (int i = 0; i < 1000; i++) {
            UUID uuid = new UUID(random.nextLong(), random.nextLong());
            assertThat(WireUuid.parse(uuid.toString())).as("seed %d", seed).isEqualTo(uuid);
        }
    }

    @Test
    void idThatIsAUuid_staysWhatItIs() {
        assertThat(WireUuid.ofMessage(TEXT)).isEqualTo(VALUE);
        assertThat(WireUuid.ofRoom(new RoomId("waddle", "acme", TEXT))).isEqualTo(VALUE);
        assertThat(WireUuid.ofUser(new UserId("waddle", TEXT))).isEqualTo(VALUE);
    }

    @Test
    void idThatIsNone_isVersionFiveOfWhereItComesFrom() {
        UUID ada = WireUuid.ofUser(new UserId("waddle", "ada"));
        assertThat(ada.version()).isEqualTo(5);
        assertThat(ada.variant()).isEqualTo(2);
        assertThat(ada).isNotEqualTo(WireUuid.ofUser(new UserId("summit", "ada")));
        assertThat(ada).isNotEqualTo(WireUuid.ofMessage("ada"));
        assertThat(WireUuid.ofRoom(new RoomId("summit", "", "ada"))).isNotEqualTo(WireUuid.ofMessage("ada"));
    }

    /** Clients keep these ids: computed apart with Python's uuid.uuid5, and never to change. */
    @Test
    void idThatIsNone_isTheSameForEver() {
        assertThat(WireUuid.ofUser(new UserId("waddle", "ada"))).hasToString("0697b81f-6c64-5770-8365-c939c944d019");
        assertThat(WireUuid.ofMessage("m-7")).hasToString("f524041f-06bf-5ca1-a37f-a103b4a92884");
        assertThat(WireUuid.ofRoom(new RoomId(RoomId.MEETING, "", "public:lobby")))
                .hasToString("7730c448-b9d6-59ad-8b58-fed378a0d1be");
    }
}
