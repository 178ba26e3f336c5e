package earshot.dialect.waddle;

import static earshot.dialect.waddle.Fixture.ROOM;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Change;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.JoinOptions;
import earshot.core.message.MessageWindow;
import earshot.core.message.Position;
import earshot.core.message.PresenceList;
import earshot.core.message.Problem;
import earshot.core.message.Reply;
import earshot.core.message.RoomSnapshot;
import earshot.core.session.Gatekeeper.Verdict;
import earshot.core.session.Permission;
import earshot.dialect.Farewell;
import earshot.dialect.Frame;
import earshot.dialect.Inbox;
import earshot.dialect.testkit.RecordingInbox;
import earshot.dialect.testkit.Samples;
import earshot.dialect.waddle.WaddleConfig.Access;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sections 2.1, 2.4, 2.6, 5 and 6 of the protocol file: what a client says and what comes of it. */
final class ConversationTest {
    private static final String INVALID = "{\"type\":\"error\",\"message\":\"Invalid message format\"}";
    private static final String UNKNOWN = "{\"type\":\"error\",\"message\":\"Unknown message type\"}";
    private static final String NO_WRITE = "{\"type\":\"error\",\"message\":\"No write permission\"}";

    private final Fixture fixture = new Fixture();

    private Fixture.Socket ann() {
        return joined(fixture.ann0());
    }

    static Fixture.Socket joined(Fixture.Socket socket) {
        RoomSnapshot snapshot = new RoomSnapshot(
                ROOM, new Position(1, 100), MessageWindow.EMPTY, List.of(), PresenceList.EMPTY, List.of());
        socket.hears(socket.inbox.onlyAsked().tag(), new Reply.Joined(ROOM, snapshot, false));
        return socket;
    }

    // ---- joining

    @Test
    void opened_joinsTheChannelWithFiftyMessages() {
        assertThat(fixture.ann0().inbox.onlyAsked().command()).isEqualTo(new Command.Join(ROOM, JoinOptions.fresh(50)));
    }

    /** Section 2.6: {@code initial_state} first, also when the client is quick and wrong. */
    @Test
    void answersBeforeTheJoin_comeBehindInitialState() {
        Fixture.Socket ann = fixture.ann0();
        RecordingInbox.Done.Asked join = ann.inbox.onlyAsked();
        assertThat(ann.says("nonsense").answers()).isEmpty();
        RoomSnapshot snapshot = new RoomSnapshot(
                ROOM, new Position(1, 9), MessageWindow.EMPTY, List.of(), PresenceList.EMPTY, List.of());
        List<String> heard =
                ann.hears(join.tag(), new Reply.Joined(ROOM, snapshot, false)).texts();
        assertThat(heard).containsExactly("{\"type\":\"initial_state\",\"messages\":[],\"onlineUsers\":[]}", INVALID);
    }

    /** Not as an {@code error}, which event emitters of Node throw when nobody listens. */
    @Test
    void redisAwayAndBack_isToldByATypeThatTheOriginalPassesOver() {
        Fixture.Socket ann = ann();
        ann.inbox.clear();
        ann.conversation.onAway(true, ann.inbox);
        ann.conversation.onAway(false, ann.inbox);
        assertThat(ann.inbox.texts())
                .containsExactly(
                        "{\"type\":\"service\",\"available\":false}", "{\"type\":\"service\",\"available\":true}");
    }

    @Test
    void redisAwayBeforeTheJoin_isToldBehindInitialState() {
        Fixture.Socket ann = fixture.ann0();
        RecordingInbox.Done.Asked join = ann.inbox.onlyAsked();
        ann.conversation.onAway(true, ann.inbox);
        assertThat(ann.inbox.answers()).isEmpty();
        RoomSnapshot snapshot = new RoomSnapshot(
                ROOM, new Position(1, 9), MessageWindow.EMPTY, List.of(), PresenceList.EMPTY, List.of());
        List<String> heard =
                ann.hears(join.tag(), new Reply.Joined(ROOM, snapshot, false)).texts();
        assertThat(heard)
                .containsExactly(
                        "{\"type\":\"initial_state\",\"messages\":[],\"onlineUsers\":[]}",
                        "{\"type\":\"service\",\"available\":false}");
    }

    @Test
    void answersBeforeTheJoin_areBounded() {
        Fixture.Socket ann = fixture.ann0();
        RecordingInbox.Done.Asked join = ann.inbox.onlyAsked();
        for (int i = 0; i < 1000; i++) ann.says("nonsense");
        RoomSnapshot snapshot =
                new RoomSnapshot(ROOM, Position.START, MessageWindow.EMPTY, List.of(), PresenceList.EMPTY, List.of());
        assertThat(ann.hears(join.tag(), new Reply.Joined(ROOM, snapshot, false))
                        .answers())
                .hasSize(17);
    }

    @ParameterizedTest
    @EnumSource(Problem.class)
    void join_refused_endsSoThatTheClientDoesWhatHelps(Problem problem) {
        Fixture.Socket ann = fixture.ann0();
        RecordingInbox heard = ann.hears(ann.inbox.onlyAsked().tag(), Reply.Refused.of(problem));
        assertThat(heard.closes()).hasSize(1);
        Farewell farewell = fixture.dialect.farewell(heard.closes().get(0));
        assertThat(farewell instanceof Farewell.Cut).as("comes back").isEqualTo(problem.retryable());
    }

    // ---- message

    @Test
    void message_isPublishedAsTheClientWroteIt() {
        Command.Publish publish =
                publish(ann().says("{\"type\":\"message\",\"content\":\"h\\u00e9 \\\"q\\\"\",\"threadId\":\"t1\"}"));
        Change.Post post = (Change.Post) publish.change();
        assertThat(publish.room()).isEqualTo(ROOM);
        assertThat(publish.idempotencyKey()).isNull();
        assertThat(post.text()).isEqualTo("h\u00e9 \"q\"");
        assertThat(post.replyTo()).isEqualTo("t1");
        assertThat(body(post)).isEqualTo("{\"content\":\"h\\u00e9 \\\"q\\\"\",\"threadId\":\"t1\"}");
    }

    @Test
    void message_literals_areFoundWhereverTheyLie() {
        Change.Post post = (Change.Post) publish(
                        ann().says(
                                        " { \"threadId\" : null , \"x\":{\"content\":1}, \"content\" :\t\"gr\u00fc\u00df \ud83d\ude00\" , \"type\":\"message\" } "))
                .change();
        assertThat(body(post)).isEqualTo("{\"content\":\"gr\u00fc\u00df \ud83d\ude00\",\"threadId\":null}");
        assertThat(post.replyTo()).isNull();
    }

    @Test
    void message_withOneNameTwice_theLastCounts() {
        Change.Post post = (Change.Post)
                publish(ann().says("{\"type\":\"typing\",\"content\":\"a\",\"content\":\"b\",\"type\":\"message\"}"))
                        .change();
        assertThat(post.text()).isEqualTo("b");
        assertThat(body(post)).isEqualTo("{\"content\":\"b\"}");
        assertThat(ann().says("{\"type\":\"message\",\"content\":\"a\",\"content\":5}")
                        .texts())
                .containsExactly(INVALID);
    }

    @Test
    void message_idsAreFresh() {
        Fixture.Socket ann = ann();
        String first = publish(ann.says("{\"type\":\"message\",\"content\":\"a\"}"))
                .change()
                .messageId();
        String second = publish(ann.says("{\"type\":\"message\",\"content\":\"a\"}"))
                .change()
                .messageId();
        assertThat(first).isNotEqualTo(second);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"message\"}",
                "{\"type\":\"message\",\"content\":\"\"}",
                "{\"type\":\"message\",\"content\":7}",
                "{\"type\":\"message\",\"content\":null}",
                "{\"type\":\"message\",\"content\":{\"a\":\"b\"}}",
                "{\"type\":\"message\",\"content\":\"a\",\"threadId\":7}",
                "{\"type\":\"message\",\"message\":\"hi\"}",
                "{\"type\":\"message\",\"message\":{\"content\":7}}",
                "{\"type\":\"message\",\"content\":\"\",\"message\":{\"content\":\"not this one\"}}"
            })
    void message_withoutUsableContent_isInvalid(String frame) {
        RecordingInbox heard = ann().says(frame);
        assertThat(heard.texts()).containsExactly(INVALID);
        assertThat(heard.asked()).isEmpty();
    }

    @Test
    void message_of4000Characters_isTheLongest() {
        String most = "\ud83d\ude00".repeat(2000);
        assertThat(ann().says("{\"type\":\"message\",\"content\":\"" + most + "\"}")
                        .asked())
                .hasSize(1);
        RecordingInbox over = ann().says("{\"type\":\"message\",\"content\":\"" + most + "x\"}");
        assertThat(over.asked()).isEmpty();
        assertThat(over.texts())
                .containsExactly("{\"type\":\"error\",\"message\":\"Message too long (at most 4000 characters)\"}");
    }

    @Test
    void message_byAReader_isRefusedAndNotTold() {
        fixture.token("reader", Map.of("sub", "u9", "permissions", List.of("read")));
        Fixture.Socket reader = joined(fixture.socket("reader"));
        RecordingInbox heard = reader.says("{\"type\":\"message\",\"content\":\"a\"}");
        assertThat(heard.texts()).containsExactly(NO_WRITE);
        assertThat(heard.asked()).isEmpty();
    }

    @Test
    void message_byWhoHasNoPermissionsAtAll_isRefusedNotInvalid() {
        fixture.token("plain", Map.of("sub", "u9"));
        assertThat(joined(fixture.socket("plain"))
                        .says("{\"type\":\"message\",\"content\":\"a\"}")
                        .texts())
                .containsExactly(NO_WRITE);
    }

    @Test
    void message_accepted_isAnsweredByItsEchoAlone() {
        Fixture.Socket ann = ann();
        RecordingInbox.Done.Asked asked =
                ann.says("{\"type\":\"message\",\"content\":\"a\"}").onlyAsked();
        assertThat(ann.hears(asked.tag(), accepted(false)).all()).isEmpty();
    }

    /** Trap W-3: who said something that may be lost is told. */
    @ParameterizedTest
    @EnumSource(Problem.class)
    void message_refusedByTheRoom_isToldToItsSender(Problem problem) {
        Fixture.Socket ann = ann();
        RecordingInbox.Done.Asked asked =
                ann.says("{\"type\":\"message\",\"content\":\"a\"}").onlyAsked();
        RecordingInbox heard = ann.hears(asked.tag(), Reply.Refused.of(problem));
        assertThat(heard.texts()).hasSize(1);
        assertThat(heard.texts().get(0))
                .startsWith("{\"type\":\"error\",\"message\":\"")
                .doesNotContain("messageId");
        assertThat(heard.closes()).isEmpty();
    }

    // ---- the nested form of issue 06

    @Test
    void nested_idIsTheIdempotencyKey_andIsAcknowledged() {
        Fixture.Socket ann = ann();
        RecordingInbox.Done.Asked asked = ann.says(
                        "{\"type\":\"message\",\"message\":{\"id\":\"c1\",\"channelId\":\"chan1\",\"content\":\"a\",\"attachments\":[]},\"clientId\":\"x\",\"timestamp\":1}")
                .onlyAsked();
        assertThat(((Command.Publish) asked.command()).idempotencyKey()).isEqualTo("c1");
        assertThat(ann.hears(asked.tag(), accepted(false)).texts())
                .containsExactly("{\"type\":\"ack\",\"messageId\":\"c1\",\"timestamp\":5,\"id\":\"server-id\"}");
        assertThat(ann.hears(asked.tag(), accepted(true)).texts())
                .containsExactly(
                        "{\"type\":\"ack\",\"messageId\":\"c1\",\"timestamp\":5,\"id\":\"server-id\",\"repeated\":true}");
    }

    /** Trap W-11: an error names what it is about where that has a name. */
    @Test
    void nested_refused_namesTheMessage() {
        Fixture.Socket ann = ann();
        RecordingInbox.Done.Asked asked = ann.says(
                        "{\"type\":\"message\",\"message\":{\"id\":\"c1\",\"content\":\"a\"}}")
                .onlyAsked();
        assertThat(ann.hears(asked.tag(), Reply.Refused.of(Problem.FORBIDDEN)).texts())
                .containsExactly(
                        "{\"type\":\"error\",\"message\":\"No write permission\",\"messageId\":\"c1\",\"error\":\"No write permission\"}");
    }

    @Test
    void nested_withoutAnId_isAnOrdinaryMessage() {
        assertThat(publish(ann().says("{\"type\":\"message\",\"message\":{\"content\":\"a\"}}"))
                        .idempotencyKey())
                .isNull();
        RecordingInbox tooLong =
                ann().says("{\"type\":\"message\",\"message\":{\"content\":\"a\",\"id\":\"" + "x".repeat(201) + "\"}}");
        assertThat(tooLong.texts()).containsExactly(INVALID);
    }

    // ---- typing and presence

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "true | true",
                "false | false",
                "null | false",
                "0 | false",
                "1 | true",
                "0.0 | false",
                "-1e999 | true",
                "\"\" | false",
                "\"no\" | true",
                "{} | true",
                "[] | true",
                "[[0]] | true"
            })
    void typing_isCoerced(String value, boolean on) {
        assertThat(ann().says("{\"type\":\"typing\",\"isTyping\":" + value + "}")
                        .commands())
                .containsExactly(new Command.Type(ROOM, on, null));
    }

    @Test
    void typing_withoutMember_isNotTyping_andNeedsNoPermission() {
        fixture.token("plain", Map.of("sub", "u9"));
        assertThat(joined(fixture.socket("plain")).says("{\"type\":\"typing\"}").commands())
                .containsExactly(new Command.Type(ROOM, false, null));
    }

    @Test
    void presence_withAStatus_setsIt_andOtherwiseIsPassedOver() {
        assertThat(ann().says("{\"type\":\"presence\",\"status\":\"away\"}").commands())
                .containsExactly(new Command.SetStatus(ROOM, "away"));
        for (String odd : List.of(
                "{\"type\":\"presence\"}",
                "{\"type\":\"presence\",\"status\":7}",
                "{\"type\":\"presence\",\"status\":\"\"}")) {
            RecordingInbox heard = ann().says(odd);
            assertThat(heard.answers()).isEmpty();
            assertThat(heard.asked()).isEmpty();
        }
    }

    @Test
    void typingAndPresence_refused_areNobodysBusiness() {
        Fixture.Socket ann = ann();
        RecordingInbox.Done.Asked asked =
                ann.says("{\"type\":\"typing\",\"isTyping\":true}").onlyAsked();
        assertThat(ann.hears(asked.tag(), Reply.Refused.of(Problem.RATE_LIMITED))
                        .all())
                .isEmpty();
    }

    // ---- errors

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "x",
                "{",
                "}",
                "null",
                " null ",
                "{}{}",
                "{} x",
                "nul",
                "{\"type\":\"typing\"",
                "{'type':'typing'}",
                "[1,]",
                "01",
                "\"",
                "{\"type\":\"typing\",}",
                "{\"type\":\"typing\"}\u0000",
                "\u0000{}",
                "{\u0000}",
                "\ufeff{\"type\":\"typing\"}",
                "{\"a\":\"\u0001\"}",
                "{\"a\":\"\\x\"}",
                "{\"type\":\"typing\",\"isTyping\":NaN}",
                "// {}",
                "{\"type\":\"\\ud8\"}"
            })
    void notJson_isInvalid(String text) {
        RecordingInbox heard = ann().says(text);
        assertThat(heard.texts()).containsExactly(INVALID);
        assertThat(heard.rejections()).containsExactly(Inbox.Rejected.NOT_UNDERSTOOD);
        assertThat(heard.closes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7",
                "-1.5e3",
                "\"message\"",
                "[]",
                "[{\"type\":\"message\"}]",
                "true",
                "false",
                "{}",
                "{\"type\":7}",
                "{\"type\":null}",
                "{\"type\":\"Message\"}",
                "{\"type\":\"typing_start\"}",
                "{\"type\":{\"type\":\"message\"}}",
                "{\"message\":{\"type\":\"message\"}}"
            })
    void jsonOfNoKnownType_isUnknown(String text) {
        RecordingInbox heard = ann().says(text);
        assertThat(heard.texts()).containsExactly(UNKNOWN);
        assertThat(heard.closes()).isEmpty();
    }

    @Test
    void binary_isInvalid_evenWhenItIsJson() {
        Fixture.Socket ann = ann();
        ann.inbox.clear();
        ann.conversation.decode(Frame.binary("{\"type\":\"typing\"}".getBytes(StandardCharsets.UTF_8)), ann.inbox);
        assertThat(ann.inbox.texts()).containsExactly(INVALID);
    }

    @Test
    void deepNesting_isInvalid_andCostsNothing() {
        String deep = "{\"type\":\"typing\",\"x\":" + "[".repeat(20_000);
        assertThat(ann().says(deep).texts()).containsExactly(INVALID);
        String closed = "{\"type\":\"typing\",\"x\":" + "[".repeat(100) + "]".repeat(100) + "}";
        assertThat(ann().says(closed).texts()).containsExactly(INVALID);
    }

    // ---- limits by setting

    @Test
    void rate_whenLimited_isASecondsWorth_thenSteady() {
        Fixture limited = new Fixture(Configs.perSecond(3), false);
        Fixture.Socket ann = joined(limited.ann0());
        String say = "{\"type\":\"message\",\"content\":\"a\"}";
        for (int i = 0; i < 3; i++) assertThat(ann.says(say).asked()).hasSize(1);
        assertThat(ann.says(say).rejections()).containsExactly(Inbox.Rejected.RATE_LIMITED);
        assertThat(ann.inbox.texts()).containsExactly("{\"type\":\"error\",\"message\":\"Too many messages\"}");
        limited.clock.nanos += 333_333_334L;
        assertThat(ann.says(say).asked()).hasSize(1);
        assertThat(ann.says(say).asked()).isEmpty();
        assertThat(ann.says("{\"type\":\"typing\",\"isTyping\":true}").asked()).hasSize(1);
    }

    @Test
    void rate_byDefault_isNotLimited() {
        Fixture.Socket ann = ann();
        for (int i = 0; i < 5000; i++)
            assertThat(ann.says("{\"type\":\"message\",\"content\":\"a\"}").asked())
                    .hasSize(1);
    }

    /** Trap W-10: the seed lets an expired token live on; a setting does not. */
    @Test
    void expiry_bySetting_endsTheSession() {
        Fixture strict = new Fixture(Configs.closeAtExpiry(), false);
        long exp = strict.clock.millis / 1000 + 60;
        Map<String, Object> claims = Map.of("sub", "u9", "exp", exp, "permissions", List.of("write"));
        strict.token("t", claims);
        fixture.token("t", claims);
        Fixture.Socket watched = joined(strict.socket("t"));
        Fixture.Socket seeds = joined(fixture.socket("t"));
        assertThat(watched.says("{\"type\":\"typing\"}").closes()).isEmpty();
        strict.clock.millis += 60_000;
        fixture.clock.millis += 60_000;
        assertThat(watched.says("{\"type\":\"message\",\"content\":\"a\"}").closes())
                .containsExactly(CloseReason.REVOKED);
        assertThat(watched.inbox.asked()).isEmpty();
        assertThat(seeds.says("{\"type\":\"message\",\"content\":\"a\"}").asked())
                .hasSize(1);
    }

    @Test
    void access_bySetting_asksForReadOrTheChannel() {
        assertThat(admitted(Access.ANYONE)).isTrue();
        assertThat(admitted(Access.READERS, "write")).isFalse();
        assertThat(admitted(Access.READERS, "read")).isTrue();
        assertThat(admitted(Access.LISTED, "read")).isFalse();
        assertThat(admitted(Access.LISTED, "channel:chan1")).isFalse();
        assertThat(admitted(Access.LISTED, "read", "channel:chan2")).isFalse();
        assertThat(admitted(Access.LISTED, "read", "channel:chan1")).isTrue();
        assertThat(admitted(Access.LISTED, "read", "channel:*")).isTrue();
    }

    @Test
    void access_grantsWhatTheTokenSays_andNothingToOtherDialects() {
        ChannelPolicy policy = new ChannelPolicy(Access.ANYONE);
        var ann = Samples.session(WaddleDialect.NAME, "", Fixture.profile("u", "u"), Set.of("read", "write"));
        var eve = Samples.session("threadkit", "", Fixture.profile("u", "u"), Set.of("read", "write"));
        assertThat(policy.admit(ann, ROOM).toCompletableFuture().join())
                .isEqualTo(new Verdict.Granted(Set.of(Permission.READ, Permission.WRITE)));
        assertThat(policy.admit(eve, ROOM).toCompletableFuture().join())
                .isEqualTo(new Verdict.Denied(Problem.FORBIDDEN));
    }

    private static boolean admitted(Access access, String... permissions) {
        var session = Samples.session(WaddleDialect.NAME, "", Fixture.profile("u", "u"), Set.of(permissions));
        return new ChannelPolicy(access)
                        .admit(session, ROOM)
                        .toCompletableFuture()
                        .join()
                instanceof Verdict.Granted;
    }

    // ---- helpers

    private static Command.Publish publish(RecordingInbox heard) {
        return (Command.Publish) heard.onlyAsked().command();
    }

    private static Reply accepted(boolean repeated) {
        return new Reply.Accepted(ROOM, "server-id", new Position(1, 101), 5, repeated);
    }

    private static String body(Change.Post post) {
        return new String(post.body().bytes(), StandardCharsets.UTF_8);
    }
}
