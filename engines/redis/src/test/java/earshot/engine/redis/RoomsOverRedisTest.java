package earshot.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.Node;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.JoinOptions;
import earshot.core.message.PresenceList;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.presence.MemberBook;
import earshot.core.session.Session;
import earshot.core.testkit.World;
import earshot.engine.redis.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rooms of two nodes over the board in Redis: what members hear. Log and relay are in memory. */
final class RoomsOverRedisTest {
    private static final RoomId ROOM = World.room("r");

    private final String prefix = TestNode.freshPrefix();
    private final World world = new World();
    private RedisServer redis;
    private TestNode boardOfOne;
    private TestNode boardOfTwo;
    private Node one;
    private Node two;

    @BeforeEach
    void begin() {
        redis = RedisServer.start();
        boardOfOne = TestNode.start(redis.address(), prefix, "one");
        boardOfTwo = TestNode.start(redis.address(), prefix, "two");
        world.members = MemberBook.NONE;
        world.board = boardOfOne.board();
        one = world.node();
        world.board = boardOfTwo.board();
        two = world.another();
    }

    @AfterEach
    void end() {
        boardOfOne.kill();
        boardOfTwo.kill();
        redis.close();
    }

    @Test
    void join_onTwoNodes_eachSeesTheOther() {
        Session ada = join(one, "ada");
        Session bob = join(two, "bob");
        assertThat(World.names(presence(bob))).containsExactly("ada", "bob");
        await(() -> world.comings(ada).equals(List.of("+bob")));
        world.disconnect(two, bob, CloseReason.CLIENT_LEFT);
        await(() -> world.comings(ada).equals(List.of("+bob", "-bob")));
        assertThat(world.comings(bob)).isEmpty();
    }

    @Test
    void join_ofSomebodyNobodySees_isToldWhoIsHereElsewhere() {
        join(one, "ada");
        assertThat(World.names(presence(join(two, null)))).containsExactly("ada");
    }

    @Test
    void read_onANodeWithoutMembers_tellsWhoIsHere() {
        join(one, "ada");
        var answer = two.serve(new Command.ReadPresence(ROOM), null).toCompletableFuture();
        await(answer::isDone);
        assertThat(World.names(((Reply.Here) answer.join()).presence())).containsExactly("ada");
    }

    @Test
    void join_ofASecondTabElsewhere_isSilent() {
        Session ada = join(one, "ada");
        Session bob = join(one, "bob");
        Session tab = join(two, "bob");
        world.disconnect(one, bob, CloseReason.CLIENT_LEFT);
        Session cy = join(two, "cy");
        await(() -> world.comings(ada).equals(List.of("+bob", "+cy")));
        world.disconnect(two, tab, CloseReason.CLIENT_LEFT);
        await(() -> world.comings(ada).equals(List.of("+bob", "+cy", "-bob")));
        assertThat(World.names(presence(cy))).contains("ada", "cy");
    }

    @Test
    void kill_ofANode_itsUsersLeaveTheOthersOnce() {
        Session ada = join(one, "ada");
        join(two, "bob");
        join(two, "cy");
        await(() -> world.comings(ada).size() == 2);
        boardOfTwo.kill();
        await(() -> world.comings(ada).size() == 4);
        assertThat(world.comings(ada)).containsExactlyInAnyOrder("+bob", "+cy", "-bob", "-cy");
    }

    @Test
    void redis_away_joinsGoOn() {
        Session ada = join(one, "ada");
        redis.freeze();
        Session bob = join(one, "bob");
        assertThat(World.names(presence(bob))).containsExactly("ada", "bob");
        assertThat(world.comings(ada)).containsExactly("+bob");
        Session cy = join(two, "cy");
        assertThat(World.names(presence(cy))).containsExactly("cy");
        redis.thaw();
        await(() -> world.comings(cy).size() == 2 && world.comings(ada).size() == 2);
        assertThat(world.comings(ada)).containsExactly("+bob", "+cy");
        assertThat(world.comings(cy)).containsExactlyInAnyOrder("+ada", "+bob");
    }

    private Session join(Node at, String user) {
        Session session = world.connect(at, user);
        world.say(at, session, new Command.Join(ROOM, JoinOptions.fresh(50)));
        await(() -> !world.told.replies(session).isEmpty());
        assertThat(world.told.replies(session).getFirst()).isInstanceOf(Reply.Joined.class);
        return session;
    }

    private PresenceList presence(Session session) {
        return World.joined(world.told.replies(session).getFirst()).snapshot().presence();
    }

    private void await(BooleanSupplier condition) {
        TestNode.await(
                () -> {
                    world.loops.runAll();
                    return condition.getAsBoolean();
                },
                Duration.ofSeconds(20),
                () -> "in vain");
    }
}
