package earshot.dialect.waddle;

import static earshot.dialect.waddle.Fixture.ROOM;
import static earshot.dialect.waddle.Fixture.profile;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Body;
import earshot.core.message.Event;
import earshot.core.message.KeptEvent;
import earshot.core.message.Message;
import earshot.core.message.MessageWindow;
import earshot.core.message.Position;
import earshot.core.message.PresenceList;
import earshot.core.message.Profile;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.dialect.Frame;
import earshot.dialect.testkit.Samples;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Sections 2.2 and 2.3 of the protocol file: what a client hears, byte for byte. */
final class FramesTest {
    private static final Profile ANN = profile("u2", "ann");

    private final WaddleDialect dialect = new Fixture().dialect;

    private static Message said(
            String id,
            long offset,
            Profile by,
            String text,
            @Nullable String thread,
            @Nullable Body body,
            long millis) {
        return new Message(id, ROOM, new Position(1, offset), by, text, null, thread, millis, body, 0, 0, false);
    }

    private static Body own(String json) {
        return new Body(WaddleDialect.NAME, MessageBody.MEDIA_TYPE, json.getBytes(StandardCharsets.UTF_8));
    }

    private String only(Event event) {
        List<Frame> frames = dialect.encode(event, 0);
        assertThat(frames).hasSize(1);
        return frames.get(0).asText();
    }

    // ---- message

    @Test
    void message_isTheSeedsPlusSequence() {
        Message m = said(
                "e8e0c393-af3c-4ba7-8213-38174db9d1b8",
                2,
                ANN,
                "hello",
                "t1",
                own("{\"content\":\"hello\",\"threadId\":\"t1\"}"),
                1751447551234L);
        assertThat(only(new KeptEvent.MessagePosted(m))).isEqualTo("""
                        {"type":"message","message":{"id":"e8e0c393-af3c-4ba7-8213-38174db9d1b8","channelId":"chan1","userId":"u2","username":"ann","content":"hello","timestamp":1751447551234,"threadId":"t1","sequence":2}}""");
    }

    @Test
    void message_threadId_staysAbsentOrNull() {
        String absent = only(new KeptEvent.MessagePosted(said("i", 1, ANN, "x", null, own("{\"content\":\"x\"}"), 1)));
        String isNull = only(new KeptEvent.MessagePosted(
                said("i", 1, ANN, "x", null, own("{\"content\":\"x\",\"threadId\":null}"), 1)));
        assertThat(absent).doesNotContain("threadId");
        assertThat(isNull).contains("\"timestamp\":1,\"threadId\":null,\"sequence\":1");
    }

    @Test
    void message_ofOurOwn_isCopiedNotWrittenAnew() {
        String literal = "\"a\\u0041\\/ \\\"q\\\" \\\\\"";
        String frame = only(new KeptEvent.MessagePosted(
                said("i", 1, ANN, "aA/ \"q\" \\", null, own("{\"content\":" + literal + "}"), 1)));
        assertThat(frame).contains("\"content\":" + literal + ",\"timestamp\"");
    }

    @Test
    void message_ofAnotherDialect_isWrittenFromItsFields() {
        Profile eve = Profile.named(new UserId("threadkit", "7"), "Eve \"E\"");
        Body foreign = new Body("threadkit", "application/json", "{\"text\":\"?\"}".getBytes(StandardCharsets.UTF_8));
        Map<String, Object> m = Json.object(only(
                new KeptEvent.MessagePosted(said("i", 9, eve, "a \"b\"\n\u2028\ud83d\ude00", "parent", foreign, 5))));
        assertThat(Json.at(m, "message", "content")).isEqualTo("a \"b\"\n\u2028\ud83d\ude00");
        assertThat(Json.at(m, "message", "userId")).isEqualTo("7");
        assertThat(Json.at(m, "message", "username")).isEqualTo("Eve \"E\"");
        assertThat(Json.at(m, "message", "threadId")).isEqualTo("parent");
    }

    @Test
    void message_everyOddText_survives() {
        for (String text : Samples.TEXTS) {
            Map<String, Object> m =
                    Json.object(only(new KeptEvent.MessagePosted(said("i", 1, ANN, text, null, null, 1))));
            assertThat(Json.at(m, "message", "content")).isEqualTo(withoutHalfPairs(text));
        }
    }

    /** Half of a surrogate pair is no character and has no UTF-8. */
    private static String withoutHalfPairs(String text) {
        return text.codePoints()
                .map(c -> Character.getType(c) == Character.SURROGATE ? 0xfffd : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @Test
    void message_withoutEscapes_isMadeInOneArrayOfItsSize() {
        Message own = said(
                Samples.id(1),
                123,
                ANN,
                "hello",
                "t1",
                own("{\"content\":\"hello\",\"threadId\":\"t1\"}"),
                1751447551234L);
        Message fields = said(Samples.id(1), 123, ANN, "hello", "t1", null, 1751447551234L);
        assertThat(ServerFrames.message(own)).isEqualTo(ServerFrames.message(fields));
        assertThat(ServerFrames.messageBytes(own, MessageBody.in(own)))
                .isEqualTo(ServerFrames.message(own).bytes().length);
        assertThat(ServerFrames.messageBytes(fields, null))
                .isEqualTo(ServerFrames.message(fields).bytes().length);
    }

    @Test
    void message_deleted_isNotToldAnew() {
        assertThat(dialect.encode(
                        new KeptEvent.MessagePosted(
                                said("i", 1, ANN, "x", null, null, 1).blanked()),
                        0))
                .isEmpty();
    }

    // ---- initial_state

    @Test
    void initialState_rowsHaveBothSpellings() {
        Profile bob = new Profile(new UserId("waddle", "u1"), "bob", "https://example.org/b.png", "{}");
        Message hey = said(
                "43bb6057-49a9-42f4-946e-414a09da95f2",
                1,
                bob,
                "hey",
                null,
                own("{\"content\":\"hey\"}"),
                1751447542000L);
        Message ho = said(
                "e8e0c393-af3c-4ba7-8213-38174db9d1b8",
                2,
                ANN,
                "ho",
                "t1",
                own("{\"content\":\"ho\",\"threadId\":\"t1\"}"),
                1751447542123L);
        Map<String, Object> state =
                Json.object(ServerFrames.initialState(new MessageWindow(List.of(hey, ho)), PresenceList.EMPTY)
                        .asText());
        List<Map<String, Object>> rows = Json.objects(state.get("messages"));
        assertThat(rows.get(0))
                .containsEntry("id", "43bb6057-49a9-42f4-946e-414a09da95f2")
                .containsEntry("channel_id", "chan1")
                .containsEntry("user_id", "u1")
                .containsEntry("content", "hey")
                .containsEntry("thread_id", null)
                .containsEntry("created_at", "2025-07-02T09:12:22.000Z")
                .containsEntry("username", "bob")
                .containsEntry("avatar_url", "https://example.org/b.png")
                .containsEntry("channelId", "chan1")
                .containsEntry("userId", "u1")
                .containsEntry("timestamp", 1751447542000L)
                .containsEntry("sequence", 1L)
                .doesNotContainKey("threadId");
        assertThat(rows.get(1))
                .containsEntry("thread_id", "t1")
                .containsEntry("threadId", "t1")
                .containsEntry("avatar_url", null)
                .containsEntry("created_at", "2025-07-02T09:12:22.123Z");
    }

    @Test
    void initialState_hasAnEntryPerSocket() {
        var bob = new PresenceList.Present(
                profile("u1", "bob"),
                1,
                "online",
                List.of(
                        new PresenceList.PresentSession(new SessionId(1, 1), 1),
                        new PresenceList.PresentSession(new SessionId(1, 2), 2)));
        var ann = new PresenceList.Present(
                ANN, 3, "away", List.of(new PresenceList.PresentSession(new SessionId(1, 3), 3)));
        assertThat(ServerFrames.initialState(MessageWindow.EMPTY, new PresenceList(1, List.of(bob, ann)))
                        .asText())
                .isEqualTo("""
                        {"type":"initial_state","messages":[],"onlineUsers":[{"userId":"u1","username":"bob","joinedAt":1},{"userId":"u1","username":"bob","joinedAt":2},{"userId":"u2","username":"ann","joinedAt":3,"status":"away"}]}""");
    }

    /** Who was here when the process ended is expected back and makes no join then: the list must have them meanwhile. */
    @Test
    void initialState_hasWhoIsExpectedBack() {
        var bob = new PresenceList.Present(profile("u1", "bob"), 7, "online", List.of());
        assertThat(ServerFrames.initialState(MessageWindow.EMPTY, new PresenceList(1, List.of(bob)))
                        .asText())
                .contains("\"onlineUsers\":[{\"userId\":\"u1\",\"username\":\"bob\",\"joinedAt\":7}]");
    }

    /** Trap W-14: a thousand who return at once ask for the same fifty. */
    @Test
    void initialState_isRenderedOncePerWindowAndPresence() {
        MessageWindow window = new MessageWindow(List.of(said("i", 1, ANN, "x", null, null, 1)));
        ServerFrames.initialState(window, PresenceList.EMPTY);
        byte[] known = window.rendered().get(ServerFrames.Rendering.HISTORY, byte[].class, () -> {
            throw new AssertionError("rendered again");
        });
        assertThat(new String(known, StandardCharsets.UTF_8)).startsWith("[{\"id\":\"i\"");
        PresenceList.EMPTY.rendered().get(ServerFrames.Rendering.ONLINE, byte[].class, () -> {
            throw new AssertionError("rendered again");
        });
    }

    // ---- people

    @Test
    void typing_isTheSeeds_andARepeatIsNotToldAgain() {
        assertThat(only(new Event.Typing(ROOM, ANN, true, false, null)))
                .isEqualTo("{\"type\":\"typing\",\"userId\":\"u2\",\"username\":\"ann\",\"isTyping\":true}");
        assertThat(only(new Event.Typing(ROOM, ANN, false, false, null))).endsWith("\"isTyping\":false}");
        assertThat(dialect.encode(new Event.Typing(ROOM, ANN, true, true, null), 0))
                .isEmpty();
    }

    @Test
    void userLeft_isTheSeeds_andUserJoinedIsSilent() {
        assertThat(only(new Event.UserLeft(ROOM, ANN)))
                .isEqualTo("{\"type\":\"user_disconnected\",\"userId\":\"u2\",\"username\":\"ann\"}");
        assertThat(dialect.encode(new Event.UserJoined(ROOM, ANN, 7), 0)).isEmpty();
    }

    @Test
    void userJoined_toWhoAskedForIt_isTold() {
        assertThat(dialect.encode(new Event.UserJoined(ROOM, ANN, 7), WaddleDialect.WITH_JOINS))
                .hasSize(1);
    }

    @Test
    void userJoined_bySetting_isTold() {
        WaddleDialect announcing = new Fixture(Configs.announceJoins(), false).dialect;
        assertThat(announcing
                        .encode(new Event.UserJoined(ROOM, ANN, 7), 0)
                        .get(0)
                        .asText())
                .isEqualTo("{\"type\":\"user_connected\",\"userId\":\"u2\",\"username\":\"ann\",\"joinedAt\":7}");
    }

    @Test
    void status_isPresenceUpdate() {
        assertThat(only(new Event.StatusChanged(ROOM, ANN, "away")))
                .isEqualTo("{\"type\":\"presence_update\",\"userId\":\"u2\",\"status\":\"away\"}");
    }

    @Test
    void whatTheProtocolHasNoWordsFor_isLeftOut() {
        Position p = new Position(1, 1);
        List<Event> silent = List.of(
                new KeptEvent.MessageEdited(ROOM, p, "i", ANN, "x", null, null, 1),
                new KeptEvent.MessageDeleted(ROOM, p, "i", ANN, 1),
                new KeptEvent.MessagePinned(ROOM, p, "i", ANN, true, 1),
                new Event.VotesChanged(ROOM, "i", 1, 0),
                new Event.Notified(ANN.user(), "mention", null, null, "hey"));
        for (Event event : silent)
            assertThat(dialect.encode(event, 0)).as("%s", event).isEmpty();
    }
}
