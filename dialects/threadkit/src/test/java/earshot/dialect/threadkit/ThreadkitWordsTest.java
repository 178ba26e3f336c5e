package earshot.dialect.threadkit;

import static earshot.dialect.threadkit.TestWorld.COMMENT;
import static earshot.dialect.threadkit.TestWorld.PAGE;
import static earshot.dialect.threadkit.TestWorld.PROFILE_OF_ANN;
import static earshot.dialect.threadkit.TestWorld.PROFILE_OF_BOB;
import static earshot.dialect.threadkit.TestWorld.ROOM;
import static earshot.dialect.threadkit.TestWorld.json;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Body;
import earshot.core.message.Event;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.product.ProductWords.Said;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Section 6.3 of the protocol file: what is published, against what this module understands itself. */
final class ThreadkitWordsTest {
    private static final Position FIRST = new Position(1, 1);
    private static final long AT = 1_765_258_377_000L;

    private final ThreadkitWords words = new ThreadkitWords(ThreadkitConfig.DEFAULT);
    private final ThreadkitEvents events = new ThreadkitEvents(ThreadkitConfig.DEFAULT);

    private static Message message(Body body) {
        return new Message(COMMENT, ROOM, FIRST, PROFILE_OF_ANN, "hi", null, null, AT, body, 0, 0, false);
    }

    private String said(Event event) {
        Said said = words.of(event);
        assertThat(said.channel()).isEqualTo("threadkit:page:" + PAGE + ":events");
        return new String(said.payload(), StandardCharsets.UTF_8);
    }

    @Test
    void votes_areWrittenAsTheHttpServerWritesThem() {
        assertThat(said(new Event.VotesChanged(ROOM, COMMENT, 3, 1)))
                .isEqualTo("{\"type\":\"vote_update\",\"page_id\":\"" + PAGE + "\",\"data\":{\"comment_id\":\""
                        + COMMENT + "\",\"upvotes\":3,\"downvotes\":1}}");
    }

    @Test
    void everything_ofAPage_isUnderstoodByWhoHearsIt() {
        var body = new Body("threadkit", "application/json", TestWorld.utf8(GoldenFrames.COMMENT));
        for (Event event : List.of(
                new KeptEvent.MessagePosted(message(body)),
                new KeptEvent.MessagePosted(message(null)),
                new KeptEvent.MessageEdited(ROOM, FIRST, COMMENT, PROFILE_OF_ANN, "ho", "<p>ho</p>", null, AT),
                new KeptEvent.MessageDeleted(ROOM, FIRST, COMMENT, PROFILE_OF_ANN, AT),
                new KeptEvent.MessagePinned(ROOM, FIRST, COMMENT, PROFILE_OF_ANN, true, AT),
                new KeptEvent.MessagePinned(ROOM, FIRST, COMMENT, PROFILE_OF_ANN, false, AT),
                new Event.VotesChanged(ROOM, COMMENT, 3, 1)))
            assertThat(events.onPage(ROOM, TestWorld.utf8(said(event)), null))
                    .as("%s", event)
                    .isInstanceOf(Heard.Told.class);
    }

    @Test
    void comment_ofTheProduct_isPassedOnByteForByte() {
        var body = new Body("threadkit", "application/json", TestWorld.utf8(GoldenFrames.COMMENT));
        assertThat(said(new KeptEvent.MessagePosted(message(body))))
                .endsWith("\"data\":{\"comment\":" + GoldenFrames.COMMENT + "}}");
    }

    @Test
    void notification_goesToTheUsersChannel() {
        Said said = words.of(new Event.Notified(PROFILE_OF_ANN.user(), "reply", COMMENT, PROFILE_OF_BOB, ""));
        assertThat(said.channel()).isEqualTo("threadkit:user:" + TestWorld.ANN + ":events");
        assertThat(events.onUser(PROFILE_OF_ANN.user(), said.payload())).isInstanceOf(Heard.Notify.class);
        assertThat(json(new String(said.payload(), StandardCharsets.UTF_8))
                        .at("/data/comment_id")
                        .stringValue())
                .isEqualTo(COMMENT);
    }

    @Test
    void whatIsNotThreadkitsAlone_isNotPublished() {
        RoomId meeting = new RoomId(RoomId.MEETING, "", "public:lobby");
        assertThat(words.of(new Event.VotesChanged(meeting, COMMENT, 3, 1))).isNull();
        assertThat(words.of(new Event.VotesChanged(new RoomId("waddle", "", "general"), COMMENT, 3, 1)))
                .isNull();
        assertThat(words.of(new Event.UserJoined(ROOM, PROFILE_OF_ANN, AT))).isNull();
        assertThat(words.of(new Event.Notified(new UserId("waddle", "ada"), "reply", COMMENT, PROFILE_OF_BOB, "")))
                .isNull();
    }

    @Test
    void commentThatWaitsForAModerator_isNotPublished() {
        String pending = GoldenFrames.COMMENT.replaceFirst("\\{", "{\"s\":\"pending\",");
        var body = new Body("threadkit", "application/json", TestWorld.utf8(pending));
        assertThat(words.of(new KeptEvent.MessagePosted(message(body)))).isNull();
    }
}
