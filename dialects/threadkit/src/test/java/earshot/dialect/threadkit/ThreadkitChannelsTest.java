package earshot.dialect.threadkit;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.memory.MemoryUserBook;
import earshot.core.message.Command;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.product.ProductSource.Meaning;
import earshot.core.product.ProductSource.Subject;
import org.junit.jupiter.api.Test;

final class ThreadkitChannelsTest {
    private static final String PAGE = "550e8400-e29b-41d4-a716-446655440000";
    private static final String BOB = "22222222-2222-4222-8222-222222222222";
    private static final UserId TO = new UserId("threadkit", "11111111-1111-4111-8111-111111111111");
    private static final RoomId ROOM = new RoomId("threadkit", "", PAGE);

    private final MemoryUserBook users = new MemoryUserBook();
    private final ThreadkitChannels channels = new ThreadkitChannels(
            new ThreadkitEvents(ThreadkitConfig.DEFAULT), TestWorld.realms(ThreadkitConfig.DEFAULT), users);

    @Test
    void subject_pageAndUser_areNamedByTheChannel() {
        assertThat(channels.subject("threadkit:page:" + PAGE + ":events")).isEqualTo(new Subject.OfRoom(ROOM));
        assertThat(channels.subject("threadkit:page:" + PAGE.toUpperCase(java.util.Locale.ROOT) + ":events"))
                .isEqualTo(new Subject.OfRoom(ROOM));
        assertThat(channels.subject("threadkit:user:" + TO.id() + ":events")).isEqualTo(new Subject.OfUser(TO));
    }

    @Test
    void subject_ofAnythingElse_isNobody() {
        for (String channel : new String[] {
            "",
            "threadkit:page::events",
            "threadkit:page:events",
            "threadkit:page:x:events",
            "threadkit:page:" + PAGE + ":typing",
            "threadkit:page:" + PAGE + ":" + PAGE + ":events",
            "threadkit:site:" + PAGE + ":events"
        }) assertThat(channels.subject(channel)).as(channel).isNull();
    }

    @Test
    void ofRoom_everyEvent_isACommandWithTheKey() {
        var told = (Meaning.Told) room("{\"type\":\"new_comment\",\"data\":{\"comment\":{\"i\":\"" + BOB + "\"}}}");
        assertThat(((Command.Publish) told.command()).idempotencyKey()).isEqualTo("key");
        for (String type : new String[] {
            "edit_comment\",\"data\":{\"comment_id\":\"c\",\"content\":\"x\",\"content_html\":\"y\"}}",
            "delete_comment\",\"data\":{\"comment_id\":\"c\"}}",
            "pin_update\",\"data\":{\"comment_id\":\"c\",\"pinned\":true,\"pinned_at\":1}}"
        }) {
            told = (Meaning.Told) room("{\"type\":\"" + type);
            assertThat(((Command.Publish) told.command()).idempotencyKey()).isEqualTo("key");
            assertThat(told.whenUnknown()).isInstanceOf(Command.Relay.class);
        }
        told = (Meaning.Told)
                room("{\"type\":\"vote_update\",\"data\":{\"comment_id\":\"c\",\"upvotes\":3,\"downvotes\":1}}");
        assertThat(told.command()).isEqualTo(new Command.Vote(ROOM, "c", 3, 1));
    }

    @Test
    void ofRoom_whatIsNoEvent_isNothing() {
        assertThat(room("[]")).isEqualTo(new Meaning.Nothing("malformed"));
        assertThat(room("{\"type\":\"edit_comment\",\"data\":{}}")).isEqualTo(new Meaning.Nothing("malformed"));
        assertThat(room("{\"type\":\"user_joined\",\"data\":{}}")).isEqualTo(new Meaning.Nothing("unknown_type"));
        assertThat(room("{\"type\":\"new_comment\",\"data\":{\"comment\":{\"i\":\"" + BOB + "\",\"s\":\"pending\"}}}"))
                .isEqualTo(new Meaning.Nothing("withheld"));
    }

    @Test
    void ofUser_withOnlyAnId_isLookedUp() {
        String notification =
                "{\"type\":\"notification\",\"data\":{\"type\":\"reply\",\"comment_id\":\"c\",\"from_user_id\":\"" + BOB
                        + "\"}}";
        assertThat(user(notification)).isEqualTo(new Meaning.Nothing("unknown_user"));
        Profile bob = Profile.named(new UserId("threadkit", BOB), "Bob");
        users.put(bob);
        var notified = (Meaning.Notified) user(notification);
        assertThat(notified.event().from()).isEqualTo(bob);
        assertThat(notified.event().user()).isEqualTo(TO);
        assertThat(user("{}")).isEqualTo(new Meaning.Nothing("unknown_type"));
    }

    private Meaning room(String envelope) {
        return channels.ofRoom(ROOM, TestWorld.utf8(envelope), "key");
    }

    private Meaning user(String envelope) {
        return channels.ofUser(TO, TestWorld.utf8(envelope))
                .toCompletableFuture()
                .join();
    }
}
