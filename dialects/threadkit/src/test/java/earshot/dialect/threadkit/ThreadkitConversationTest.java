package earshot.dialect.threadkit;

import static earshot.dialect.threadkit.TestWorld.COMMENT;
import static earshot.dialect.threadkit.TestWorld.PAGE;
import static earshot.dialect.threadkit.TestWorld.ROOM;
import static earshot.dialect.threadkit.TestWorld.error;
import static earshot.dialect.threadkit.TestWorld.json;
import static earshot.dialect.threadkit.TestWorld.page;
import static earshot.dialect.threadkit.TestWorld.subscribe;
import static earshot.dialect.threadkit.TestWorld.typing;
import static earshot.dialect.threadkit.TestWorld.unsubscribe;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.JoinOptions;
import earshot.core.message.MessageWindow;
import earshot.core.message.Position;
import earshot.core.message.PresenceList;
import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.RoomSnapshot;
import earshot.core.message.Tag;
import earshot.dialect.Frame;
import earshot.dialect.Inbox.Rejected;
import earshot.dialect.testkit.RecordingInbox;
import earshot.dialect.threadkit.TestWorld.Client;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** WIRE.md: what one connection does with what it hears. */
final class ThreadkitConversationTest {
    private final TestWorld world = new TestWorld();

    // ---- connected

    @Test
    void opened_signedIn_saysWhoOne() {
        assertThat(greeting("ann")).isEqualTo(GoldenFrames.CONNECTED);
    }

    @Test
    void opened_anonymous_saysNull() {
        assertThat(greeting("")).isEqualTo(GoldenFrames.CONNECTED_ANONYMOUS);
    }

    @Test
    void opened_userWithoutRecord_saysWhoAllTheSame() {
        assertThat(json(greeting("nobody")).at("/params/user_id").stringValue()).isEqualTo(TestWorld.NOBODY);
    }

    private String greeting(String token) {
        var client = new Client(world.accepted(token));
        client.conversation.opened(client.inbox);
        assertThat(client.inbox.asked()).isEmpty();
        return client.inbox.texts().getFirst();
    }

    // ---- subscribe

    @Test
    void subscribe_joinsThePage() {
        var asked = world.client("ann").subscribes(PAGE).onlyAsked();
        assertThat(asked.command()).isEqualTo(new Command.Join(ROOM, new JoinOptions(0, false, false, 0, null)));
    }

    @Test
    void subscribe_anonymousOrWithoutRecord_isSilent() {
        for (String token : List.of("", "nobody")) {
            var join = (Command.Join)
                    world.client(token).subscribes(PAGE).onlyAsked().command();
            assertThat(join.options().silent()).isTrue();
        }
    }

    @Test
    void subscribe_otherSpelling_joinsTheSameRoom() {
        var asked = world.client("ann")
                .subscribes("{550E8400-E29B-41D4-A716-446655440000}")
                .onlyAsked();
        assertThat(asked.command().room()).isEqualTo(ROOM);
    }

    @Test
    void joined_isToldAsPresence() {
        Client client = world.client("ann");
        Tag tag = client.subscribes(PAGE).onlyAsked().tag();
        assertThat(reply(client, tag, joined(TestWorld.PROFILE_OF_ANN)).texts()).containsExactly(GoldenFrames.PRESENCE);
    }

    @Test
    void joined_byNobodyVisible_isAnEmptyArray() {
        Client client = world.client("");
        Tag tag = client.subscribes(PAGE).onlyAsked().tag();
        var frame = json(reply(client, tag, joined()).texts().getFirst());
        assertThat(frame.at("/params/users").isArray()).isTrue();
        assertThat(frame.at("/params/users")).isEmpty();
    }

    @Test
    void joined_ofOneSnapshot_isRenderedOnceForAll() {
        Reply reply = joined(TestWorld.PROFILE_OF_ANN, TestWorld.PROFILE_OF_BOB);
        Frame first = presence(world.client("ann"), reply);
        Frame second = presence(world.client(""), reply);
        assertThat(second).isSameAs(first);
    }

    private static Frame presence(Client client, Reply reply) {
        Tag tag = client.subscribes(PAGE).onlyAsked().tag();
        return reply(client, tag, reply).answers().getFirst();
    }

    @Test
    void subscribe_twice_isIgnored() {
        Client client = world.client("ann");
        client.subscribes(PAGE);
        assertThat(client.subscribes(PAGE).all()).containsExactly(new RecordingInbox.Done.Active());
    }

    @Test
    void subscribe_toAnEleventhPage_isRefused() {
        Client client = fullClient();
        assertThat(client.subscribes(page(10)).texts())
                .containsExactly(error("subscription_limit", "Too many subscriptions"));
        assertThat(client.inbox.asked()).isEmpty();
    }

    @Test
    void subscribe_twiceAtTheLimit_isIgnoredAndNotRefused() {
        assertThat(fullClient().subscribes(page(3)).answers()).isEmpty();
    }

    @Test
    void subscribe_atTheLimitAfterUnsubscribe_joins() {
        Client client = fullClient();
        client.says(unsubscribe(page(0)));
        assertThat(client.subscribes(page(10)).commands()).hasSize(1);
    }

    private Client fullClient() {
        Client client = world.client(ThreadkitConfig.DEFAULT.withMessagesPerSecond(0), "ann");
        for (int i = 0; i < 10; i++)
            assertThat(client.subscribes(page(i)).commands()).hasSize(1);
        return client;
    }

    @Test
    void refusedSubscription_isToldAndMayBeTriedAgain() {
        Client client = world.client("ann");
        Tag tag = client.subscribes(PAGE).onlyAsked().tag();
        assertThat(reply(client, tag, Reply.Refused.of(Problem.UNAVAILABLE)).texts())
                .containsExactly(error("unavailable", "Try again later"));
        assertThat(client.subscribes(PAGE).commands()).hasSize(1);
    }

    @Test
    void refusalOfAnEarlierSubscription_leavesTheLaterOne() {
        Client client = world.client("ann");
        Tag earlier = client.subscribes(PAGE).onlyAsked().tag();
        client.says(unsubscribe(PAGE));
        client.subscribes(PAGE);
        reply(client, earlier, Reply.Refused.of(Problem.UNAVAILABLE));
        assertThat(client.says(typing(PAGE, "null")).commands()).hasSize(1);
    }

    @Test
    void everyProblem_hasAnErrorFrame() {
        for (Problem problem : Problem.values()) {
            Client client = world.client("ann");
            Tag tag = client.subscribes(PAGE).onlyAsked().tag();
            var frame =
                    json(reply(client, tag, Reply.Refused.of(problem)).texts().getFirst());
            assertThat(frame.get("method").stringValue()).isEqualTo("error");
        }
    }

    // ---- unsubscribe

    @Test
    void unsubscribe_leavesAndIsNotAnswered() {
        Client client = world.client("ann");
        client.subscribes(PAGE);
        var asked = client.says(unsubscribe(PAGE)).onlyAsked();
        assertThat(asked.command()).isEqualTo(new Command.Leave(ROOM));
        assertThat(reply(client, asked.tag(), Reply.Done.INSTANCE).all()).isEmpty();
    }

    /** T-6. */
    @Test
    void unsubscribe_whenNotSubscribed_doesNothing() {
        assertThat(world.client("ann").says(unsubscribe(PAGE)).all()).containsExactly(new RecordingInbox.Done.Active());
    }

    @Test
    void subscribe_afterUnsubscribe_joinsAsNew() {
        Client client = world.client("ann");
        client.subscribes(PAGE);
        client.says(unsubscribe(PAGE));
        Tag tag = client.subscribes(PAGE).onlyAsked().tag();
        assertThat(reply(client, tag, joined(TestWorld.PROFILE_OF_ANN)).texts()).containsExactly(GoldenFrames.PRESENCE);
    }

    // ---- typing

    @Test
    void typing_isPassedToTheRoom() {
        Client client = world.client("ann");
        client.subscribes(PAGE);
        assertThat(client.says(typing(PAGE, "\"" + COMMENT.toUpperCase(java.util.Locale.ROOT) + "\""))
                        .commands())
                .containsExactly(new Command.Type(ROOM, true, COMMENT));
        assertThat(client.says(typing(PAGE, "7")).commands()).containsExactly(new Command.Type(ROOM, true, null));
    }

    @Test
    void typing_anonymousWithoutRecordOrNotSubscribed_isIgnoredButIsActivity() {
        for (String token : List.of("", "nobody")) {
            Client client = world.client(token);
            client.subscribes(PAGE);
            assertThat(client.says(typing(PAGE, "null")).all()).containsExactly(new RecordingInbox.Done.Active());
        }
        Client elsewhere = world.client("ann");
        elsewhere.subscribes(page(1));
        assertThat(elsewhere.says(typing(PAGE, "null")).all()).containsExactly(new RecordingInbox.Done.Active());
    }

    @Test
    void typing_refusedByTheRoom_isNotAnswered() {
        Client client = world.client("ann");
        client.subscribes(PAGE);
        Tag tag = client.says(typing(PAGE, "null")).onlyAsked().tag();
        assertThat(reply(client, tag, Reply.Refused.of(Problem.NOT_MEMBER)).all())
                .isEmpty();
    }

    // ---- ping, errors, binary

    @Test
    void ping_isAnsweredOnce() {
        assertThat(world.client("")
                        .says("{\"jsonrpc\":\"2.0\",\"method\":\"ping\"}")
                        .texts())
                .containsExactly(GoldenFrames.PONG);
    }

    @Test
    void wrongMessages_areAnsweredAndNeverClose() {
        Client client = world.client("ann");
        assertThat(client.says("[]").texts()).containsExactly(error("invalid_json", "Invalid JSON-RPC message"));
        assertThat(client.inbox.rejections()).containsExactly(Rejected.NOT_UNDERSTOOD);
        assertThat(client.says(TestWorld.call("nothing", "{}")).texts())
                .containsExactly(error("invalid_method", "Unknown method"));
        assertThat(client.inbox.closes()).isEmpty();
    }

    @Test
    void binary_isIgnoredAndNotCounted() {
        Client client = world.client("ann");
        for (int i = 0; i < 1000; i++) {
            assertThat(client.says(Frame.binary(TestWorld.utf8(subscribe(PAGE))))
                            .all())
                    .containsExactly(new RecordingInbox.Done.NotTaken(Rejected.IGNORED));
        }
        assertThat(client.subscribes(PAGE).commands()).hasSize(1);
    }

    @Test
    void fault_isToldAndStaysOpen() {
        Client client = world.client("ann");
        client.conversation.fault(client.inbox);
        assertThat(client.inbox.texts()).containsExactly(error("internal", "Something went wrong"));
        assertThat(client.inbox.closes()).isEmpty();
    }

    @Test
    void redisAwayAndBack_isToldByAMethodThatTheOriginalPassesOver() {
        Client client = world.client("ann");
        client.conversation.onAway(true, client.inbox);
        client.conversation.onAway(false, client.inbox);
        assertThat(client.inbox.texts())
                .containsExactly(
                        TestWorld.call("service", "{\"available\":false}"),
                        TestWorld.call("service", "{\"available\":true}"));
    }

    // ---- rate and activity

    @Test
    void eleventhMessageOfASecond_isRefusedBeforeItIsRead() {
        Client client = world.client("ann");
        for (int i = 0; i < 10; i++) client.says("nonsense");
        assertThat(client.subscribes(PAGE).all())
                .containsExactly(
                        new RecordingInbox.Done.NotTaken(Rejected.RATE_LIMITED),
                        new RecordingInbox.Done.Answered(Frame.text(GoldenFrames.ERROR)));
        world.clock.advance(Duration.ofSeconds(1));
        assertThat(client.subscribes(PAGE).commands()).hasSize(1);
    }

    @Test
    void acceptedMessages_areActivityAndRefusedOnesAreNot() {
        Client client = world.client("");
        for (int i = 0; i < 10; i++) {
            assertThat(client.says("nonsense").all()).contains(new RecordingInbox.Done.Active());
        }
        assertThat(client.says(subscribe(PAGE)).all()).doesNotContain(new RecordingInbox.Done.Active());
    }

    /** T-16. */
    @Test
    void persistentFlood_isAnsweredALittleAndThenCut() {
        Client client = world.client("");
        int answered = 0;
        for (int second = 0; second < 5; second++) {
            for (int i = 0; i < 200 && client.inbox.closes().isEmpty(); i++) {
                answered += client.says(subscribe(PAGE)).answers().size();
            }
            world.clock.advance(Duration.ofSeconds(1));
        }
        assertThat(client.inbox.closes()).containsExactly(CloseReason.ABUSE);
        assertThat(answered).isLessThanOrEqualTo(5 * 5);
    }

    // ---- helpers

    private static RecordingInbox reply(Client client, Tag tag, Reply reply) {
        client.inbox.clear();
        client.conversation.onReply(tag, reply, client.inbox);
        return client.inbox;
    }

    private static Reply joined(Profile... users) {
        List<PresenceList.Present> present = Stream.of(users)
                .map(u -> new PresenceList.Present(u, 1, "online", List.of()))
                .toList();
        var list = new PresenceList(1, present);
        return new Reply.Joined(
                ROOM, new RoomSnapshot(ROOM, Position.START, MessageWindow.EMPTY, List.of(), list, List.of()), false);
    }
}
