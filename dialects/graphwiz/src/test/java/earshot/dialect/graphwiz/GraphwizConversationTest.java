package earshot.dialect.graphwiz;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Audience;
import earshot.core.message.Change;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Lane;
import earshot.core.message.Position;
import earshot.core.message.Problem;
import earshot.core.message.Reply;
import earshot.core.message.Tag;
import earshot.core.telemetry.Metric;
import earshot.dialect.Conversation;
import earshot.dialect.Frame;
import earshot.dialect.graphwiz.wire.Wire.ChatMessage;
import earshot.dialect.graphwiz.wire.Wire.ChatMessageType;
import earshot.dialect.graphwiz.wire.Wire.ClientHello;
import earshot.dialect.graphwiz.wire.Wire.Message;
import earshot.dialect.graphwiz.wire.Wire.PresenceEvent;
import earshot.dialect.graphwiz.wire.Wire.PresenceEventType;
import earshot.dialect.testkit.Admitted;
import earshot.dialect.testkit.Handshakes;
import earshot.dialect.testkit.RecordingInbox;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphwizConversationTest {
    private static final Frame PING =
            Frame.text("{\"messageId\":\"ping-1\",\"timestamp\":1,\"type\":255,\"payload\":null}");

    private Fixture fixture = new Fixture();
    private Conversation conversation;
    private RecordingInbox inbox;

    private static GraphwizConversationTest with(GraphwizConfig config) {
        var test = new GraphwizConversationTest();
        test.fixture = new Fixture(config);
        return test;
    }

    private GraphwizConversationTest connect(String query) {
        Admitted admitted =
                Admitted.to(fixture.dialect, Handshakes.to("/ws/lobby?" + query).build());
        conversation = admitted.conversation();
        inbox = new RecordingInbox(admitted.session());
        conversation.opened(inbox);
        return this;
    }

    private void say(Message.Builder message) {
        conversation.decode(Frame.binary(message.build().toByteArray()), inbox);
    }

    private void sayHub(int type, String json) {
        conversation.decode(Frame.binary(HubFrame.bytes("m", 1, type, json.getBytes(StandardCharsets.UTF_8))), inbox);
    }

    private static Message.Builder chat(String text) {
        return Codec.begin(Types.CHAT, "m-1", 5)
                .setChatMessage(ChatMessage.newBuilder().setMessage(text));
    }

    private Command.Relay relayed() {
        return inbox.commands().stream()
                .filter(Command.Relay.class::isInstance)
                .map(Command.Relay.class::cast)
                .reduce((_, last) -> last)
                .orElseThrow();
    }

    private Message said(Command.Relay relay) {
        return Words.read(Packet.of(relay.event().payload()));
    }

    private List<Message> answers() {
        return inbox.answers().stream()
                .filter(f -> f.kind() == Frame.Kind.BINARY)
                .map(f -> Codec.binary(f.bytes(), null).message())
                .toList();
    }

    // --- coming in

    @Test
    void firstWords_sayWhatItSpeaks_andHowItIsCalled() {
        connect("user_id=alice&client_id=c-1");
        assertThat(inbox.commands()).isEmpty();
        sayHub(
                Types.CLIENT_HELLO,
                "{\"clientId\":\"c-1\",\"displayName\":\" Alice \",\"authToken\":\"\",\"requestedRoom\":\"lobby\"}");
        Command.Join join = (Command.Join) inbox.onlyAsked().command();
        assertThat(join.options().variant()).isEqualTo(Variant.of(Framing.HUB));
        assertThat(inbox.session().user().name()).isEqualTo("Alice");
        assertThat(Identity.of(inbox.session().user()).clientId()).isEqualTo("c-1");
        assertThat(Identity.of(inbox.session().user()).userId()).isEqualTo("alice");
    }

    @Test
    void handshake_thatNamesTheFraming_joinsAtOnce() {
        connect("user_id=alice&proto=p");
        assertThat(((Command.Join) inbox.onlyAsked().command()).options().variant())
                .isEqualTo(Variant.of(Framing.PROTOBUF));
    }

    @Test
    void silence_joinsUnsure_andWordsLaterAreAnotherJoin() {
        connect("user_id=alice");
        fixture.clock.advance(Duration.ofMillis(251));
        conversation.onTick(inbox);
        assertThat(((Command.Join) inbox.onlyAsked().command()).options().variant())
                .isEqualTo(Variant.UNKNOWN);
        inbox.clear();
        say(Codec.begin(Types.CLIENT_HELLO, "m", 1).setClientHello(ClientHello.getDefaultInstance()));
        assertThat(((Command.Join) inbox.onlyAsked().command()).options().variant())
                .isEqualTo(Variant.of(Framing.PROTOBUF));
    }

    /** It holds the token. */
    @Test
    void hello_isNeverPassedOn() {
        connect("user_id=alice");
        sayHub(Types.CLIENT_HELLO, "{\"authToken\":\"secret\"}");
        sayHub(Types.CLIENT_HELLO, "{\"authToken\":\"secret\"}");
        assertThat(inbox.commands()).hasOnlyElementsOfType(Command.Join.class).hasSize(1);
    }

    @Test
    void hello_forAnotherRoom_isToldOnce() {
        connect("user_id=alice");
        for (int i = 0; i < 2; i++) {
            sayHub(Types.CLIENT_HELLO, "{\"requestedRoom\":\"attic\"}");
            fixture.clock.advance(Duration.ofSeconds(2));
        }
        assertThat(answers()).hasSize(1);
    }

    @Test
    void hello_withAToken_letsTheOriginalClientIn() {
        var test = with(Fixture.with(new GraphwizConfig.Access(false, false, true, 10, Duration.ofSeconds(5))))
                .connect("user_id=u2&client_id=c-1");
        test.sayHub(Types.CLIENT_HELLO, "{\"clientId\":\"c-1\",\"authToken\":\"t\"}");
        assertThat(test.inbox.commands()).hasSize(1);
        assertThat(Identity.of(test.inbox.session().user()).userId()).isEqualTo("u2");
    }

    @Test
    void hello_thatIsLateOrWrong_isTurnedAway() {
        var config = Fixture.with(new GraphwizConfig.Access(false, false, true, 10, Duration.ofSeconds(5)));
        var wrong = with(config).connect("client_id=c-1");
        wrong.sayHub(Types.CLIENT_HELLO, "{\"authToken\":\"bad\"}");
        assertThat(wrong.inbox.closes()).containsExactly(CloseReason.REVOKED);
        var another = with(config).connect("client_id=c-1");
        another.say(chat("let me in"));
        assertThat(another.inbox.closes()).containsExactly(CloseReason.REVOKED);
        var mismatch = with(config).connect("user_id=mallory");
        mismatch.sayHub(Types.CLIENT_HELLO, "{\"authToken\":\"t\"}");
        assertThat(mismatch.inbox.closes()).containsExactly(CloseReason.REVOKED);
        var late = with(config).connect("client_id=c-1");
        late.conversation.decode(PING, late.inbox);
        late.fixture.clock.advance(Duration.ofSeconds(6));
        late.conversation.onTick(late.inbox);
        assertThat(late.inbox.closes()).containsExactly(CloseReason.REVOKED);
        assertThat(late.inbox.commands()).isEmpty();
    }

    // --- what is passed on

    @Test
    void position_isTheNewestOfItsKind_byteForByte() {
        connect("user_id=alice&client_id=c-1&proto=p");
        conversation.decode(Frame.binary(Vectors.protobuf("PositionUpdate")), inbox);
        Command.Relay relay = relayed();
        assertThat(relay.event().lane()).isEqualTo(Lane.LATEST);
        assertThat(PoseKey.client(relay.event().key())).isEqualTo("c-1");
        assertThat(PoseKey.entity(relay.event().key())).isEqualTo("e-1");
        assertThat(relay.audience())
                .isEqualTo(new Audience.AllButSession(inbox.session().id()));
        assertThat(Packet.of(relay.event().payload()).raw()).isEqualTo(Vectors.protobuf("PositionUpdate"));
    }

    @Test
    void author_thatIsSomebodyElse_isPutRight() {
        connect("user_id=alice&client_id=me&proto=p");
        say(Codec.begin(Types.PRESENCE, "m", 1)
                .setPresenceEvent(
                        PresenceEvent.newBuilder().setClientId("somebody").setEventType(PresenceEventType.LEAVE)));
        var event = said(relayed()).getPresenceEvent();
        assertThat(event.getClientId()).isEqualTo("me");
        assertThat(event.getEventType()).isEqualTo(PresenceEventType.UPDATE);
        sayHub(Types.EMOJI, "{\"fromClientId\":\"somebody\",\"emoji\":\"!\"}");
        assertThat(said(relayed()).getEmojiReaction().getFromClientId()).isEqualTo("me");
        // Any of its own names will do.
        sayHub(Types.EMOJI, "{\"fromClientId\":\"alice\",\"emoji\":\"!\",\"more\":1}");
        assertThat(new String(Packet.of(relayed().event().payload()).raw(), StandardCharsets.UTF_8))
                .contains("\"more\":1");
    }

    @Test
    void joinOfAHubClient_isNoJoin() {
        connect("user_id=alice&client_id=me");
        sayHub(Types.JOIN, "{\"clientId\":\"me\",\"eventType\":0,\"data\":{}}");
        assertThat(relayed().event().variantOrKind()).isEqualTo(Types.PRESENCE);
        assertThat(HubFrame.of(Packet.of(relayed().event().payload()).raw()).type())
                .isEqualTo(Types.PRESENCE);
    }

    @Test
    void chat_isPublished_andAWhisperToSomebodyIsAsked() {
        connect("user_id=alice&client_id=me&proto=p");
        say(chat("hello"));
        Command.Publish publish = (Command.Publish) inbox.commands().getLast();
        assertThat(((Change.Post) publish.change()).text()).isEqualTo("hello");
        say(Codec.begin(Types.CHAT, "m", 1)
                .setChatMessage(ChatMessage.newBuilder().setMessage("psst").setType(ChatMessageType.WHISPER)));
        assertThat(inbox.commands().getLast()).isInstanceOf(Command.Publish.class);
        say(Codec.begin(Types.CHAT, "m", 1)
                .setChatMessage(ChatMessage.newBuilder()
                        .setMessage("psst")
                        .setToClientId("bob")
                        .setType(ChatMessageType.WHISPER)));
        assertThat(relayed().audience())
                .isEqualTo(new Audience.OneSession(inbox.session().id()));
    }

    @Test
    void chat_thatIsTooLong_isRefused() {
        connect("user_id=alice&proto=p");
        say(chat("x".repeat(4001)));
        assertThat(inbox.commands()).hasSize(1);
        assertThat(answers().getFirst().getError().getCode()).isEqualTo(413);
        assertThat(answers().getFirst().getError().getRefMessageId()).isEqualTo("m-1");
    }

    @Test
    void unknownAndCustomTypes_arePassedOnAsTheyAre() {
        connect("user_id=alice");
        sayHub(99, "{\"a\":1}");
        assertThat(relayed().event().variantOrKind()).isEqualTo(99);
        sayHub(150, "{\"a\":1}");
        assertThat(relayed().event().variantOrKind()).isEqualTo(150);
        assertThat(fixture.dialect.encode(relayed().event(), Variant.of(Framing.PROTOBUF)))
                .hasSize(1);
        sayHub(99, "{}");
        assertThat(fixture.dialect.encode(relayed().event(), Variant.of(Framing.PROTOBUF)))
                .isEmpty();
    }

    @Test
    void whatOnlyTheServerSays_isDroppedAndCounted() {
        connect("user_id=alice");
        sayHub(Types.KICKED, "{\"kickedClientId\":\"c-2\"}");
        sayHub(Types.SERVER_HELLO, "{}");
        assertThat(inbox.commands()).hasOnlyElementsOfType(Command.Join.class);
        assertThat(inbox.rejections()).hasSize(2);
    }

    @Test
    void ping_isAnsweredByAText_andNotPassedOn() {
        connect("user_id=alice");
        conversation.decode(PING, inbox);
        assertThat(inbox.texts().getFirst()).contains("\"type\":255");
        assertThat(inbox.commands()).isEmpty();
    }

    @Test
    void garbage_isCountedAndToldOnceASecond() {
        connect("user_id=alice&proto=p");
        for (int i = 0; i < 5; i++) conversation.decode(Frame.binary(new byte[] {9, 9, 9}), inbox);
        assertThat(inbox.rejections()).hasSize(5);
        assertThat(answers()).hasSize(1);
        assertThat(fixture.dialect.numbers().messageErrors()).isEqualTo(5);
    }

    // --- how fast

    @Test
    void flood_isDroppedToldOnceASecondAndEndedAfterTen() {
        connect("user_id=alice&proto=p");
        for (int i = 0; i < 101; i++) say(chat("x"));
        assertThat(inbox.commands()).hasSize(101); // a join and a hundred
        assertThat(inbox.rejections()).hasSize(1);
        assertThat(answers()).hasSize(1);
        fixture.clock.advance(Duration.ofMillis(1001));
        inbox.clear();
        say(chat("x"));
        assertThat(inbox.commands()).hasSize(1);
        for (int tenths = 0; tenths < 120 && inbox.closes().isEmpty(); tenths++) {
            fixture.clock.advance(Duration.ofMillis(100));
            for (int i = 0; i < 20; i++) say(chat("x"));
        }
        assertThat(inbox.closes()).startsWith(CloseReason.ABUSE);
        assertThat(fixture.meter.value(Metric.FAULTS)).isZero();
    }

    // --- acknowledgements

    @Test
    void acknowledgements_areForWhoAskedForThem() {
        connect("user_id=alice&proto=p&ack=1");
        say(chat("hello"));
        var asked = inbox.asked().getLast();
        assertThat(((Command.Publish) asked.command()).idempotencyKey()).isEqualTo("m-1");
        conversation.onReply(asked.tag(), new Reply.Accepted(Fixture.LOBBY, "id", new Position(1, 1), 5, false), inbox);
        assertThat(answers().getLast().getAck().getMessageIdsList()).containsExactly("m-1");

        var without = new GraphwizConversationTest().connect("user_id=bob&proto=p");
        without.say(chat("hello"));
        without.conversation.onReply(
                without.inbox.asked().getLast().tag(),
                new Reply.Accepted(Fixture.LOBBY, "id", new Position(1, 1), 5, false),
                without.inbox);
        assertThat(without.answers()).isEmpty();
    }

    @Test
    void refusedJoin_isToldAndEnded() {
        connect("user_id=alice&proto=p");
        conversation.onReply(Tag.of(GraphwizConversation.JOIN), Reply.Refused.of(Problem.ROOM_FULL), inbox);
        assertThat(answers().getFirst().getError().getCode()).isEqualTo(503);
        assertThat(inbox.closes()).containsExactly(CloseReason.OVER_BUDGET);
    }
}
