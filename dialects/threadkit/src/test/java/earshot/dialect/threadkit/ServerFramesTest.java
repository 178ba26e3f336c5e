package earshot.dialect.threadkit;

import static earshot.dialect.threadkit.TestWorld.COMMENT;
import static earshot.dialect.threadkit.TestWorld.PROFILE_OF_ANN;
import static earshot.dialect.threadkit.TestWorld.PROFILE_OF_BOB;
import static earshot.dialect.threadkit.TestWorld.ROOM;
import static earshot.dialect.threadkit.TestWorld.json;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Body;
import earshot.core.message.Event;
import earshot.core.message.KeptEvent;
import earshot.core.message.Lane;
import earshot.core.message.Message;
import earshot.core.message.Position;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.room.Meetings;
import earshot.dialect.Frame;
import earshot.dialect.WireUuid;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** WIRE.md, server to client: every row of the table, against frames that the original wrote. */
final class ServerFramesTest {
    private static final long AT = 1_765_258_377_000L;
    private static final Position FIRST = new Position(1, 1);

    private final ThreadkitDialect dialect = new TestWorld().dialect();

    // ---- golden frames: equal as JSON, so also in which members are there

    @Test
    void userJoined_isAsTheOriginal() {
        golden(new Event.UserJoined(ROOM, PROFILE_OF_BOB, 1), GoldenFrames.JOINED);
    }

    @Test
    void userLeft_isAsTheOriginal() {
        golden(new Event.UserLeft(ROOM, PROFILE_OF_BOB), GoldenFrames.LEFT);
    }

    @Test
    void typing_isAsTheOriginal() {
        golden(new Event.Typing(ROOM, PROFILE_OF_ANN, true, false, null), GoldenFrames.TYPING);
    }

    @Test
    void newComment_isAsTheOriginal() {
        golden(posted(message(own(GoldenFrames.COMMENT))), GoldenFrames.NEW_COMMENT);
    }

    @Test
    void newComment_ofThisDialectFromFields_isTheSame() {
        var message = new Message(
                COMMENT,
                ROOM,
                FIRST,
                PROFILE_OF_ANN,
                "hi *you*",
                "<p>hi <em>you</em></p>",
                TestWorld.PARENT,
                AT,
                null,
                0,
                0,
                false);
        golden(posted(message), GoldenFrames.NEW_COMMENT);
    }

    @Test
    void editComment_isAsTheOriginal() {
        golden(
                new KeptEvent.MessageEdited(ROOM, FIRST, COMMENT, PROFILE_OF_ANN, "ho", "<p>ho</p>", null, AT),
                GoldenFrames.EDIT_COMMENT);
    }

    @Test
    void deleteComment_isAsTheOriginal() {
        golden(new KeptEvent.MessageDeleted(ROOM, FIRST, COMMENT, PROFILE_OF_ANN, AT), GoldenFrames.DELETE_COMMENT);
    }

    @Test
    void voteUpdate_isAsTheOriginal() {
        golden(new Event.VotesChanged(ROOM, COMMENT, 3, 1), GoldenFrames.VOTE_UPDATE);
    }

    @Test
    void pinUpdate_hasMillisecondsOrNull() {
        golden(new KeptEvent.MessagePinned(ROOM, FIRST, COMMENT, PROFILE_OF_ANN, true, AT), GoldenFrames.PIN_UPDATE);
        golden(new KeptEvent.MessagePinned(ROOM, FIRST, COMMENT, PROFILE_OF_ANN, false, AT), GoldenFrames.UNPIN_UPDATE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reply", "mention", "upvote"})
    void notification_isAsTheSeed(String kind) {
        golden(
                new Event.Notified(PROFILE_OF_ANN.user(), kind, COMMENT, PROFILE_OF_BOB, "x"),
                GoldenFrames.NOTIFICATION.replace("\"reply\"", "\"" + kind + "\""));
    }

    @Test
    void error_isAsTheOriginal() {
        assertThat(json(ServerFrames.error(ErrorCode.RATE_LIMIT))).isEqualTo(json(GoldenFrames.ERROR));
    }

    // ---- what has no words here

    @Test
    void whatTheClientHasNoWordsFor_isLeftOut() {
        Event[] silent = {
            new Event.StatusChanged(ROOM, PROFILE_OF_ANN, "away"),
            new Event.Typing(ROOM, PROFILE_OF_ANN, false, false, null),
            new Event.Notified(PROFILE_OF_ANN.user(), "poke", COMMENT, PROFILE_OF_BOB, ""),
            new Event.Notified(PROFILE_OF_ANN.user(), "reply", null, PROFILE_OF_BOB, ""),
            new Event.Notified(PROFILE_OF_ANN.user(), "reply", COMMENT, null, ""),
            new Event.Relayed(ROOM, "waddle", Lane.SURE, null, 0, TestWorld.utf8(GoldenFrames.PONG)),
            new Event.Relayed(ROOM, "threadkit", Lane.SURE, null, 0, TestWorld.utf8("anything")),
            new Event.Relayed(ROOM, "threadkit", Lane.SURE, null, 1, TestWorld.utf8(GoldenFrames.PONG)),
            posted(message(own(GoldenFrames.COMMENT)).blanked()),
        };
        for (Event event : silent)
            assertThat(dialect.encode(event, 0)).as("%s", event).isEmpty();
    }

    @Test
    void repeatedTyping_isToldAgain() {
        var repeat = new Event.Typing(ROOM, PROFILE_OF_ANN, true, true, COMMENT);
        assertThat(encoded(repeat).at("/params/reply_to").stringValue()).isEqualTo(COMMENT);
    }

    // ---- own bodies

    @Test
    void ownBody_isPassedOnByteForByte() {
        String body =
                "{ \"i\" : \"0193A5C0-0000-7000-8000-000000000001\",\n\"zz\":[1.50,{\"\\u00e9\":\"é\"}], \"r\":[] }";
        String text = only(posted(message(own(body)))).asText();
        assertThat(text).endsWith(",\"comment\":" + body + "}}");
        assertThat(json(text).at("/params/page_id").stringValue()).isEqualTo(TestWorld.PAGE);
    }

    /** T-18. */
    @ParameterizedTest
    @ValueSource(strings = {"pending", "rejected"})
    void commentThatWaitsForAModerator_isNotTold(String status) {
        Event event = posted(message(own("{\"i\":\"" + COMMENT + "\",\"s\":\"" + status + "\"}")));
        assertThat(dialect.encode(event, 0)).isEmpty();
        var open = new TestWorld().dialect(ThreadkitConfig.DEFAULT.withRelayPending(true));
        assertThat(open.encode(event, 0)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"approved", "deleted", "odd"})
    void commentOfAnotherStatus_isTold(String status) {
        assertThat(dialect.encode(posted(message(own("{\"i\":\"x\",\"s\":\"" + status + "\"}"))), 0))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{}", "{\"i\":1}", "{\"i\":\"x\"} {}", "{\"i\":\"x\"},\"evil\":{}"})
    void ownBodyThatIsNoComment_isWrittenFromTheFields(String body) {
        JsonNode frame = encoded(posted(message(own(body))));
        assertThat(frame.at("/params/comment/i").stringValue()).isEqualTo(COMMENT);
        assertThat(frame.get("params").propertyNames()).containsExactlyInAnyOrder("page_id", "comment");
    }

    // ---- messages of others

    @Test
    void foreignMessage_isWrittenFromItsFields() {
        Profile ada = new Profile(new UserId("waddle", "ada"), "Ada", null, "{\"karma\":99}");
        var body = new Body("waddle", "application/json", TestWorld.utf8("{\"x\":1}"));
        var message = new Message("m-7", ROOM, FIRST, ada, "a <b> & \"c\"", null, "m-6", AT + 999, body, 0, 0, false);
        JsonNode comment = encoded(posted(message)).at("/params/comment");
        assertThat(comment.get("i").stringValue())
                .isEqualTo(WireUuid.ofMessage("m-7").toString());
        assertThat(comment.get("a").stringValue())
                .isEqualTo(WireUuid.ofUser(ada.user()).toString());
        assertThat(comment.get("n").stringValue()).isEqualTo("Ada");
        assertThat(comment.get("p").isNull()).isTrue();
        assertThat(comment.get("k").longValue()).isZero();
        assertThat(comment.get("t").stringValue()).isEqualTo("a <b> & \"c\"");
        assertThat(comment.get("h").stringValue()).isEqualTo("a &lt;b&gt; &amp; &quot;c&quot;");
        assertThat(comment.get("x").longValue()).isEqualTo(1_765_258_377L);
        assertThat(comment.get("m").longValue()).isEqualTo(1_765_258_377L);
        assertThat(comment.get("q").stringValue())
                .isEqualTo(WireUuid.ofMessage("m-6").toString());
        assertThat(comment.has("e")).isFalse();
    }

    @Test
    void foreignMessage_keepsItsIdThroughEditAndDelete() {
        Profile ada = Profile.named(new UserId("waddle", "ada"), "Ada");
        String id = WireUuid.ofMessage("m-7").toString();
        JsonNode edit =
                encoded(new KeptEvent.MessageEdited(ROOM, FIRST, "m-7", PROFILE_OF_ANN, "1 < 2", null, null, AT));
        JsonNode delete = encoded(new KeptEvent.MessageDeleted(ROOM, FIRST, "m-7", ada, AT));
        assertThat(edit.at("/params/comment_id").stringValue()).isEqualTo(id);
        assertThat(edit.at("/params/content_html").stringValue()).isEqualTo("1 &lt; 2");
        assertThat(delete.at("/params/comment_id").stringValue()).isEqualTo(id);
    }

    @Test
    void editedMessage_saysSo() {
        var message = message(null).edited("new", null, null, AT + 5000);
        JsonNode comment = encoded(posted(message)).at("/params/comment");
        assertThat(comment.get("e").booleanValue()).isTrue();
        assertThat(comment.get("m").longValue()).isEqualTo(comment.get("x").longValue() + 5);
        assertThat(comment.has("q")).isFalse();
    }

    @Test
    void foreignUser_hasTheSameUuidEverywhere() {
        Profile ada = Profile.named(new UserId("waddle", "ada"), "Ada");
        String joined = encoded(new Event.UserJoined(ROOM, ada, 1))
                .at("/params/user/id")
                .stringValue();
        String left =
                encoded(new Event.UserLeft(ROOM, ada)).at("/params/user_id").stringValue();
        assertThat(joined).isEqualTo(left).isEqualTo(WireUuid.ofUser(ada.user()).toString());
    }

    @Test
    void roomThatIsNoUuid_hasAPageIdAllTheSame() {
        var lobby = new RoomId(RoomId.MEETING, "", "public:lobby");
        JsonNode frame = encoded(new Event.VotesChanged(lobby, COMMENT, 1, 0));
        assertThat(frame.at("/params/page_id").stringValue())
                .isEqualTo(Meetings.uuidOf(lobby).toString());
    }

    // ---- UserPublic

    @Test
    void userWithoutAttributes_hasDefaults() {
        JsonNode user = user("{}");
        assertThat(user.propertyNames())
                .containsExactlyInAnyOrder("id", "name", "avatar_url", "karma", "created_at", "total_comments");
        assertThat(user.get("karma").longValue()).isZero();
        assertThat(user.get("total_comments").longValue()).isZero();
        assertThat(user.get("created_at").stringValue()).isEqualTo("1970-01-01T00:00:00Z");
        assertThat(user.get("avatar_url").isNull()).isTrue();
    }

    @Test
    void user_neverShowsWhatIsNotForOthers() {
        JsonNode user = user("{\"email\":\"a@b\",\"phone\":\"1\",\"provider\":\"google\",\"global_banned\":true,"
                + "\"karma\":-3,\"social_links\":{\"github\":\"g\",\"email\":\"a@b\",\"twitter\":null,\"discord\":5}}");
        assertThat(user.propertyNames())
                .containsExactlyInAnyOrder(
                        "id", "name", "avatar_url", "karma", "created_at", "total_comments", "social_links");
        assertThat(user.get("karma").longValue()).isEqualTo(-3);
        assertThat(user.get("social_links").propertyNames()).containsExactly("github");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "[]",
                "{\"karma\":",
                "{\"karma\":\"7\",\"created_at\":5,\"total_comments\":1.5,\"social_links\":[]}",
                "{\"karma\":99999999999999999999,\"created_at\":\"yesterday\",\"social_links\":{}}",
                "{\"created_at\":\"2025-12-09T05:32:57+01:00\",\"social_links\":{\"myspace\":\"x\"}}",
                "{\"karma\":{\"karma\":5},\"total_comments\":[5]}",
            })
    void attributesOfTheWrongType_countAsAbsent(String attributes) {
        assertThat(user(attributes)).isEqualTo(user("{}"));
    }

    @Test
    void createdAt_isPassedThroughAsStored() {
        for (String time :
                List.of("2025-12-09T05:32:57Z", "2025-12-09T05:32:57.120Z", "2025-12-09T05:32:57.123456789Z")) {
            assertThat(user("{\"created_at\":\"" + time + "\"}")
                            .get("created_at")
                            .stringValue())
                    .isEqualTo(time);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"123", "true", "null", "\"\\ \u0000\u001f\t", "\ud83d\ude00", "line\u2028", "é\u07ff\u0800\uffff"
            })
    void name_ofAnyText_isThatText(String name) {
        Profile odd = Profile.named(new UserId("threadkit", TestWorld.ANN), name);
        assertThat(encoded(new Event.UserJoined(ROOM, odd, 1))
                        .at("/params/user/name")
                        .stringValue())
                .isEqualTo(name);
    }

    @Test
    void name_withHalfASurrogatePair_isStillUtf8() {
        Profile odd = Profile.named(new UserId("threadkit", TestWorld.ANN), "a\ud800b\udc00");
        assertThat(encoded(new Event.UserJoined(ROOM, odd, 1))
                        .at("/params/user/name")
                        .stringValue())
                .isEqualTo("a\ufffdb\ufffd");
    }

    // ---- helpers

    private JsonNode user(String attributes) {
        var profile = new Profile(new UserId("threadkit", TestWorld.ANN), "Ann", null, attributes);
        return encoded(new Event.UserJoined(ROOM, profile, 1)).at("/params/user");
    }

    private void golden(Event event, String frame) {
        assertThat(encoded(event)).isEqualTo(json(frame));
    }

    private JsonNode encoded(Event event) {
        return json(only(event));
    }

    private Frame only(Event event) {
        List<Frame> frames = dialect.encode(event, 0);
        assertThat(frames).hasSize(1);
        return frames.getFirst();
    }

    private static KeptEvent posted(Message message) {
        return new KeptEvent.MessagePosted(message);
    }

    private static Body own(String json) {
        return new Body("threadkit", "application/json", TestWorld.utf8(json));
    }

    private static Message message(Body body) {
        return new Message(COMMENT, ROOM, FIRST, PROFILE_OF_ANN, "hi", null, null, AT, body, 0, 0, false);
    }
}
