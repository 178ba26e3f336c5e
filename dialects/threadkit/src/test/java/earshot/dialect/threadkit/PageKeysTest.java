package earshot.dialect.threadkit;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.RoomId;
import org.junit.jupiter.api.Test;

final class PageKeysTest {
    @Test
    void keys_ofAPage_areTheOriginals() {
        var page = new RoomId("threadkit", "", "550e8400-e29b-41d4-a716-446655440000");
        assertThat(PageKeys.presence(page)).isEqualTo("page:550e8400-e29b-41d4-a716-446655440000:presence");
        assertThat(PageKeys.typing(page)).isEqualTo("page:550e8400-e29b-41d4-a716-446655440000:typing");
    }

    @Test
    void keys_ofOtherRooms_areNone() {
        assertThat(PageKeys.presence(new RoomId(RoomId.MEETING, "", "lobby"))).isNull();
        assertThat(PageKeys.typing(new RoomId("waddle", "", "lobby"))).isNull();
    }
}
