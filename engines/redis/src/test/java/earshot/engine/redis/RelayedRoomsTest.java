package earshot.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.Node;
import earshot.core.message.Audience;
import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.JoinOptions;
import earshot.core.message.Lane;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.Tag;
import earshot.core.message.UserId;
import earshot.core.product.EventKeys;
import earshot.core.product.ProductFeed;
import earshot.core.product.ProductSource;
import earshot.core.session.Session;
import earshot.core.testkit.Drafts;
import earshot.core.testkit.World;
import earshot.engine.redis.testkit.RedisServer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rooms of three nodes that only Redis joins: log and board are shared in memory. */
final class RelayedRoomsTest {
    private static final RoomId ROOM = World.room("relayed");

    private final RelayNodes redis = new RelayNodes(RedisServer.shared().address());
    private final World world = new World();
    private long nodes;
    private final Node one;
    private final Node two;

    RelayedRoomsTest() {
        world.relays = _ -> redis.node(++nodes + 6);
        one = world.node();
        two = world.another();
    }

    @AfterEach
    void close() {
        redis.close();
    }

    @Test
    void decided_onOneNode_isHeardOnTheOtherInOrder() {
        Session ada = join(one, "ada");
        Session bob = join(two, "bob");
        for (int i = 0; i < 100; i++) {
            world.say(one, ada, relay("a" + i));
            world.say(two, bob, relay("b" + i));
        }
        world.say(one, ada, new Command.Type(ROOM, true, null));
        until(() -> relays(bob).size() == 200 && relays(ada).size() == 200 && typing(bob) == 1);
        for (Session session : List.of(ada, bob))
            for (String who : List.of("a", "b"))
                assertThat(relays(session).stream().filter(t -> t.startsWith(who)))
                        .isEqualTo(java.util.stream.IntStream.range(0, 100)
                                .mapToObj(i -> who + i)
                                .toList());
        assertThat(typing(ada)).isZero();
    }

    @Test
    void join_onAnotherNode_hasTheLatestValues() {
        join(one, "ada");
        var _ = one.serve(new Command.Vote(ROOM, "m1", 3, 1), World.user("product"));
        world.loops.runAll();
        Session bob = world.connect(two, "bob");
        Tag tag = world.say(two, bob, new Command.Join(ROOM, JoinOptions.fresh(0)));
        until(() -> !world.told.replies(bob).isEmpty());
        var joined = (Reply.Joined) world.told.reply(bob, tag);
        assertThat(joined.snapshot().latest()).containsExactly(new Event.VotesChanged(ROOM, "m1", 3, 1));
    }

    @Test
    void published_byTheProduct_isToldOnceOnEachNode() {
        Session ada = join(one, "ada");
        Session bob = join(two, "bob");
        for (Node node : List.of(one, two)) {
            var channels = new RedisChannels(redis.link(node.incarnation()));
            var feed = new ProductFeed(
                    channels, List.of(new Comments()), node.productSide(), new EventKeys(world.clock), world.meter);
            feed.open();
        }
        String channel = "comments:" + redis.prefix() + ROOM.name();
        until(() -> RedisServer.shared().ask("PUBLISH", channel, "vote 0").equals("2"));
        world.told.forget();
        for (int i = 0; i < 50; i++) {
            RedisServer.shared().ask("PUBLISH", channel, "c" + i);
            RedisServer.shared().ask("PUBLISH", channel, "vote " + (i + 1));
        }
        until(() ->
                world.told.events(ada).size() >= 100 && world.told.events(bob).size() >= 100);
        for (Session session : List.of(ada, bob)) {
            assertThat(world.keptIds(session)).hasSize(50).doesNotHaveDuplicates();
            assertThat(world.keptIds(session).getLast()).isEqualTo("c49");
        }
    }

    /** A product that publishes ids of comments, and votes. */
    private final class Comments implements ProductSource {
        @Override
        public List<String> patterns() {
            return List.of("comments:" + redis.prefix() + "*");
        }

        @Override
        public List<String> channelsOf(RoomId room) {
            return List.of();
        }

        @Override
        public Subject subject(String channel) {
            return new Subject.OfRoom(ROOM);
        }

        @Override
        public Meaning ofRoom(RoomId room, byte[] payload, String key) {
            String text = new String(payload, StandardCharsets.UTF_8);
            Command command = text.startsWith("vote ")
                    ? new Command.Vote(room, "c", Long.parseLong(text.substring(5)), 0)
                    : new Command.Publish(room, Drafts.post(text), key);
            return new Meaning.Told(command, World.user("product"), null);
        }

        @Override
        public CompletionStage<Meaning> ofUser(UserId user, byte[] payload) {
            throw new AssertionError("nobody");
        }
    }

    private Session join(Node node, String user) {
        Session session = world.connect(node, user);
        world.say(node, session, new Command.Join(ROOM, JoinOptions.fresh(0)));
        until(() -> !world.told.replies(session).isEmpty());
        return session;
    }

    private static Command relay(String text) {
        var event = new Event.Relayed(ROOM, text, Lane.SURE, null, 0, new byte[0]);
        return new Command.Relay(ROOM, event, Audience.ALL);
    }

    private List<String> relays(Session session) {
        return world.told.events(session).stream()
                .filter(e -> e instanceof Event.Relayed)
                .map(e -> ((Event.Relayed) e).dialect())
                .toList();
    }

    private long typing(Session session) {
        return world.told.events(session).stream()
                .filter(e -> e instanceof Event.Typing)
                .count();
    }

    /** Loops run on this thread, what Redis brings comes on others. */
    private void until(BooleanSupplier condition) {
        Heard.until(() -> {
            world.loops.runAll();
            return condition.getAsBoolean();
        });
    }
}
