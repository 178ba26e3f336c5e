package earshot.dialect.kaiku;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.CloseReason;
import earshot.core.message.Event;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import earshot.dialect.WireUuid;
import earshot.dialect.testkit.Handshakes;
import java.util.List;
import org.junit.jupiter.api.Test;

final class KaikuDialectTest {
    private final KaikuDialect dialect = new KaikuWorld().node().dialect;

    @Test
    void claims_itsPathOnly() {
        assertThat(dialect.claims(Handshakes.to("/ws?token=x").build())).isTrue();
        assertThat(dialect.claims(Handshakes.to("/ws/room").build())).isFalse();
    }

    @Test
    void slowReaders_areGivenTenSeconds() {
        assertThat(dialect.slowReaderMillis()).isEqualTo(10_000);
        assertThat(code(CloseReason.SLOW_READER)).isEqualTo(1013);
    }

    @Test
    void limits_areThoseOfTheConfiguration() {
        assertThat(dialect.limits().maxMessageBytes()).isEqualTo(256 << 10);
        assertThat(dialect.limits().pingMillis()).isEqualTo(30_000);
        assertThat(code(CloseReason.TOO_BIG)).isEqualTo(1009);
    }

    @Test
    void farewell_saysWhatClientsShouldDo() {
        assertThat(code(CloseReason.DRAINING)).isEqualTo(1001);
        assertThat(code(CloseReason.REVOKED)).isEqualTo(4401);
        assertThat(code(CloseReason.KICKED)).isEqualTo(4401);
        assertThat(code(CloseReason.TOO_BIG)).isEqualTo(1009);
        assertThat(dialect.refusal(Problem.BUSY).headers()).containsKey("retry-after");
    }

    private int code(CloseReason reason) {
        return ((Farewell.CloseFrame) dialect.farewell(reason)).code();
    }

    /** DECISIONS 14: what clients need of an author, and ids that are UUIDs. */
    @Test
    void message_ofAnotherDialect_isMadeFromItsFields() {
        var room = new RoomId(RoomId.MEETING, "", "public:lobby");
        var author = new Profile(new UserId("waddle", "u1"), "Ädä \"1\"", null, Profile.NO_ATTRIBUTES);
        var message = new Message(
                "m1", room, new Position(1, 1), author, "hi", null, null, 1_767_225_600_000L, null, 0, 0, false);
        String json = text(new KeptEvent.MessagePosted(message));
        assertThat(json)
                .isEqualTo("{\"type\":\"message_new\",\"channel_id\":\"" + WireUuid.ofRoom(room)
                        + "\",\"message\":{\"id\":\"" + WireUuid.ofMessage("m1") + "\",\"channel_id\":\""
                        + WireUuid.ofRoom(room) + "\",\"author\":{\"id\":\"" + WireUuid.ofUser(author.user())
                        + "\",\"username\":\"_d___1_\",\"display_name\":\"Ädä \\\"1\\\"\",\"avatar_url\":null,\"status\":\"online\"}"
                        + ",\"content\":\"hi\",\"encrypted\":false,\"attachments\":[],\"reply_to\":null,\"parent_id\":null"
                        + ",\"thread_reply_count\":0,\"thread_last_reply_at\":null,\"edited_at\":null"
                        + ",\"created_at\":\"2026-01-01T00:00:00Z\",\"pinned\":false,\"message_type\":\"user\"}}");
    }

    @Test
    void presence_isSaidOfUsersRoomsOnly() {
        Profile alice = Profile.named(Places.userId(KaikuWorld.ALICE), "Alice");
        assertThat(text(new Event.UserLeft(Places.ofUser(KaikuWorld.ALICE), alice)))
                .isEqualTo("{\"type\":\"presence_update\",\"user_id\":\"" + KaikuWorld.ALICE
                        + "\",\"status\":\"offline\"}");
        assertThat(dialect.encode(new Event.UserLeft(Places.ofChannel(KaikuWorld.GENERAL), alice), 0))
                .isEmpty();
    }

    private String text(Event event) {
        List<Frame> frames = dialect.encode(event, 0);
        assertThat(frames).hasSize(1);
        return frames.getFirst().asText();
    }
}
