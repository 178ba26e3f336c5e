package earshot.core;

import static earshot.core.testkit.World.room;
import static earshot.core.testkit.World.user;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.memory.MemoryChannels;
import earshot.core.message.Change;
import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.KeptEvent;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.product.EventKeys;
import earshot.core.product.ProductChannels;
import earshot.core.product.ProductFeed;
import earshot.core.product.ProductSource;
import earshot.core.product.ProductVoice;
import earshot.core.product.ProductWords;
import earshot.core.session.Session;
import earshot.core.telemetry.Metric;
import earshot.core.testkit.Drafts;
import earshot.core.testkit.HeldLog;
import earshot.core.testkit.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class ProductFeedTest {
    private static final RoomId ROOM = room("r");

    private final World world = new World();
    private final MemoryChannels channels = new MemoryChannels();

    @Test
    void message_heardByTwoNodes_isToldOnce() {
        Node one = hearing(world.node());
        Node two = hearing(world.another());
        Session ada = world.join(one, "ada", ROOM);
        Session bob = world.join(two, "bob", ROOM);
        say("post m1");
        say("vote m1 3");
        say("edit m1 better");
        say("delete never-seen");
        world.loops.runAll();
        for (Session session : List.of(ada, bob))
            assertThat(heard(session)).containsExactly("MessagePosted", "VotesChanged", "MessageEdited", "Relayed");
    }

    @Test
    void message_aboutARoomThatIsNotOpen_isNotEvenRead() {
        hearing(world.node());
        say("post m1");
        world.loops.runAll();
        assertThat(world.meter.valueOf(Metric.PRODUCT_EVENTS, "not_here")).isEqualTo(1);
        assertThat(world.await(world.node().rooms())).isEmpty();
    }

    @Test
    void message_sameAgainWithinAMinute_isOneEventAndLaterAnother() {
        Session ada = world.join(hearing(world.node()), "ada", ROOM);
        say("post m1");
        say("edit m1 one");
        say("edit m1 two");
        say("edit m1 one");
        world.loops.runAll();
        assertThat(heard(ada)).hasSize(3);
        for (int i = 0; i < 3; i++) {
            world.advance(Duration.ofSeconds(61));
            say("edit m1 one");
            world.loops.runAll();
        }
        assertThat(heard(ada)).hasSize(6);
    }

    @Test
    void votes_sameAgain_areToldAgain() {
        Session ada = world.join(hearing(world.node()), "ada", ROOM);
        say("vote m1 1");
        say("vote m1 2");
        say("vote m1 1");
        world.loops.runAll();
        assertThat(heard(ada)).hasSize(3);
    }

    @Test
    void votes_thatChangeNothing_areToldOnce() {
        Session ada = world.join(hearing(world.node()), "ada", ROOM);
        for (int i = 0; i < 5; i++) say("vote m1 1");
        world.loops.runAll();
        assertThat(heard(ada)).containsExactly("VotesChanged");
    }

    @Test
    void votes_ofADeletedMessage_areNotTold() {
        Session ada = world.join(hearing(world.node()), "ada", ROOM);
        say("post m1");
        say("vote m1 1");
        say("delete m1");
        say("vote m1 2");
        world.loops.runAll();
        assertThat(heard(ada)).containsExactly("MessagePosted", "VotesChanged", "MessageDeleted");
    }

    // --- what is said

    @Test
    void decidedHere_isSaidOnceAndHeardOnceByEverybody() {
        var late = new LateChannels();
        Node one = saying(late);
        Node two = saying(late);
        Session ada = world.join(one, "ada", ROOM);
        Session bob = world.join(two, "bob", ROOM);
        for (Command command : List.of(
                World.publish(ROOM, "m1"),
                new Command.Publish(ROOM, Drafts.edit("m1", "better"), null),
                new Command.Vote(ROOM, "m1", 3, 0),
                new Command.Vote(ROOM, "m1", 4, 0),
                new Command.Vote(ROOM, "m1", 3, 0),
                new Command.Publish(ROOM, new Change.Delete("m1"), null))) {
            var _ = one.serve(command, user("server"));
            world.loops.runAll();
        }
        List<String> told = List.of(
                "MessagePosted", "MessageEdited", "VotesChanged", "VotesChanged", "VotesChanged", "MessageDeleted");
        late.deliver();
        world.loops.runAll();
        for (Session session : List.of(ada, bob)) assertThat(heard(session)).isEqualTo(told);
        assertThat(late.said)
                .containsExactly("post m1", "edit m1 better", "vote m1 3", "vote m1 4", "vote m1 3", "delete m1");
        assertThat(world.meter.valueOf(Metric.PRODUCT_EVENTS, "said")).isEqualTo(6);
        assertThat(world.meter.valueOf(Metric.PRODUCT_EVENTS, "ours")).isEqualTo(12);
    }

    @Test
    void heardOnAChannel_isNotSaidAgain() {
        var late = new LateChannels();
        Session ada = world.join(saying(late), "ada", ROOM);
        Session bob = world.join(saying(late), "bob", ROOM);
        for (String text : List.of("post m1", "vote m1 1", "edit m1 better", "vote m1 2", "vote m1 1"))
            late.publish("test:room:r:events", bytes(text));
        late.deliver();
        world.loops.runAll();
        late.deliver();
        world.loops.runAll();
        for (Session session : List.of(ada, bob))
            assertThat(heard(session))
                    .containsExactly("MessagePosted", "VotesChanged", "MessageEdited", "VotesChanged", "VotesChanged");
        assertThat(late.said).hasSize(5);
    }

    /** A node that says what is decided on it, and hears. */
    private Node saying(LateChannels late) {
        var keys = new EventKeys(world.clock);
        var voice = new ProductVoice(late, ProductFeedTest::words, keys, world.meter);
        world.log = voice.over(world.history);
        world.relays = voice::over;
        var audiences = world.audiences;
        world.audiences = voice.over(audiences);
        Node node = world.another();
        world.audiences = audiences;
        new ProductFeed(late, List.of(new Source(true)), node.productSide(), keys, world.meter).open();
        return node;
    }

    static ProductWords.Said words(Event event) {
        String text = switch (event) {
            case KeptEvent.MessagePosted p -> "post " + p.messageId();
            case KeptEvent.MessageEdited e -> "edit " + e.messageId() + " " + e.text();
            case KeptEvent.MessageDeleted d -> "delete " + d.messageId();
            case Event.VotesChanged v -> "vote " + v.messageId() + " " + v.upvotes();
            default -> null;
        };
        return text == null ? null : new ProductWords.Said("test:room:r:events", bytes(text));
    }

    /** What is said is heard when the test says so, as from another process. */
    private static final class LateChannels implements ProductChannels {
        private final MemoryChannels inner = new MemoryChannels();
        private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
        final List<String> said = new ArrayList<>();

        @Override
        public void publish(String channel, byte[] payload) {
            waiting.add(payload);
            said.add(new String(payload, StandardCharsets.UTF_8));
        }

        void deliver() {
            while (!waiting.isEmpty()) inner.publish("test:room:r:events", waiting.remove());
        }

        @Override
        public Following followAll(String pattern, Listener listener) {
            return inner.followAll(pattern, listener);
        }

        @Override
        public Following follow(String channel, Listener listener) {
            return inner.follow(channel, listener);
        }
    }

    @Test
    void messages_ofOneRoom_keepTheirOrderBehindASlowLog() {
        HeldLog held = new HeldLog(world.history, world.history);
        world.log = held;
        world.book = held;
        Session ada = world.join(hearing(world.node()), "ada", ROOM);
        held.holdAnswers();
        for (int i = 1; i <= 50; i++) {
            say("post m" + i);
            say("post n" + i);
            say("vote m" + i + " 1");
        }
        world.loops.runAll();
        held.letGo();
        world.loops.runAll();
        List<String> heard = heard(ada);
        assertThat(heard).hasSize(150);
        for (int i = 0; i < 150; i++) assertThat(heard.get(i)).isEqualTo(i % 3 == 2 ? "VotesChanged" : "MessagePosted");
        assertThat(world.keptIds(ada)).startsWith("m1", "n1", "m2", "n2").endsWith("m50", "n50");
    }

    @Test
    void messages_moreThanALineHolds_areDroppedAndCounted() {
        HeldLog held = new HeldLog(world.history, world.history);
        world.log = held;
        world.book = held;
        Session ada = world.join(hearing(world.node()), "ada", ROOM);
        held.hold();
        say("post m0");
        for (int i = 1; i <= 10_500; i++) say("vote m0 " + i);
        world.loops.runAll();
        assertThat(world.meter.valueOf(Metric.PRODUCT_EVENTS, "full")).isEqualTo(500);
        held.letGo();
        world.loops.runAll();
        assertThat(heard(ada)).hasSize(10_001);
    }

    @Test
    void message_thatMakesNoSense_isCounted() {
        Session ada = world.join(hearing(world.node()), "ada", ROOM);
        say("what");
        channels.publish("test:room", new byte[0]);
        channels.publish("test:room:r:events", new byte[2 << 20]);
        say("throw");
        world.loops.runAll();
        assertThat(heard(ada)).isEmpty();
        assertThat(world.meter.valueOf(Metric.PRODUCT_EVENTS, "malformed")).isEqualTo(1);
        assertThat(world.meter.valueOf(Metric.PRODUCT_EVENTS, "too_large")).isEqualTo(1);
        assertThat(world.meter.valueOf(Metric.FAULTS, "product")).isEqualTo(1);
    }

    @Test
    void notification_isToldToTheUsersSessionsOnThisNode() {
        Session ada = world.join(hearing(world.node()), "ada", ROOM);
        Session bob = world.join("bob", ROOM);
        channels.publish("test:user:ada:events", bytes("news"));
        world.loops.runAll();
        assertThat(heard(ada)).contains("Notified");
        assertThat(heard(bob)).doesNotContain("Notified");
    }

    @Test
    void channelOfARoom_isHeardWhileTheRoomIsOpen() {
        var feed = new AtomicReference<ProductFeed>();
        world.relays = inner -> ProductFeed.hearing(inner, feed::get);
        Node node = world.node();
        feed.set(new ProductFeed(
                channels, List.of(new Source(false)), node.productSide(), new EventKeys(world.clock), world.meter));
        feed.get().open();
        Session ada = world.join("ada", ROOM);
        say("post m1");
        world.loops.runAll();
        assertThat(heard(ada)).containsExactly("MessagePosted");
        world.ask(ada, new Command.Leave(ROOM));
        world.advance(Duration.ofSeconds(10));
        say("post m2");
        world.loops.runAll();
        assertThat(world.meter.valueOf(Metric.PRODUCT_EVENTS, "not_here")).isZero();
    }

    private Node hearing(Node node) {
        new ProductFeed(
                        channels,
                        List.of(new Source(true)),
                        node.productSide(),
                        new EventKeys(world.clock),
                        world.meter)
                .open();
        return node;
    }

    private void say(String text) {
        channels.publish("test:room:r:events", bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<String> heard(Session session) {
        return world.told.events(session).stream()
                .filter(e -> !(e instanceof Event.UserJoined) && !(e instanceof Event.UserLeft))
                .map(e -> e.getClass().getSimpleName())
                .toList();
    }

    static ProductSource source() {
        return new Source(true);
    }

    /** A product that says {@code post ID}, {@code edit ID TEXT}, {@code delete ID} and {@code vote ID COUNT}. */
    private record Source(boolean byPattern) implements ProductSource {
        @Override
        public List<String> patterns() {
            return byPattern ? List.of("test:room:*:events", "test:user:*:events") : List.of();
        }

        @Override
        public List<String> channelsOf(RoomId room) {
            return byPattern ? List.of() : List.of("test:room:" + room.name() + ":events");
        }

        @Override
        public Subject subject(String channel) {
            String[] parts = channel.split(":", -1);
            if (parts.length != 4) return null;
            return parts[1].equals("user")
                    ? new Subject.OfUser(user(parts[2]).user())
                    : new Subject.OfRoom(room(parts[2]));
        }

        @Override
        public Meaning ofRoom(RoomId room, byte[] payload, String key) {
            String[] words = new String(payload, StandardCharsets.UTF_8).split(" ", -1);
            return switch (words[0]) {
                case "post" -> told(room, Drafts.post(words[1]), key, null);
                case "edit" -> told(room, Drafts.edit(words[1], words[2]), key, null);
                case "delete" -> told(room, new Change.Delete(words[1]), key, relay(room));
                case "vote" ->
                    new Meaning.Told(
                            new Command.Vote(room, words[1], Long.parseLong(words[2]), 0), user("product"), null);
                case "throw" -> throw new IllegalStateException("as ordered");
                default -> new Meaning.Nothing("malformed");
            };
        }

        private static Meaning told(RoomId room, Change change, String key, Command whenUnknown) {
            return new Meaning.Told(new Command.Publish(room, change, key), user("product"), whenUnknown);
        }

        private static Command relay(RoomId room) {
            var event = new Event.Relayed(room, "test", earshot.core.message.Lane.SURE, null, 0, new byte[0]);
            return new Command.Relay(room, event, earshot.core.message.Audience.ALL);
        }

        @Override
        public CompletionStage<Meaning> ofUser(UserId user, byte[] payload) {
            return CompletableFuture.completedStage(
                    new Meaning.Notified(new Event.Notified(user, "news", null, null, "")));
        }
    }
}
