package earshot.core;

import static earshot.core.testkit.World.publish;
import static earshot.core.testkit.World.room;
import static earshot.core.testkit.World.user;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.history.MessageBook;
import earshot.core.history.RoomLog;
import earshot.core.message.Change;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.JoinOptions;
import earshot.core.message.Problem;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.Tag;
import earshot.core.presence.PresenceBoard;
import earshot.core.room.RoomAudience;
import earshot.core.room.RoomRules;
import earshot.core.room.Rooms;
import earshot.core.session.Gatekeeper.Verdict;
import earshot.core.session.Session;
import earshot.core.telemetry.Metric;
import earshot.core.testkit.HeldLog;
import earshot.core.testkit.World;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A bug in one command costs that command: it is counted and answered INTERNAL, and the room and all who are in it go on. */
final class RoomFaultTest {
    private static final RoomId ROOM = room("r");
    private static final Command.SetStatus STATUS = new Command.SetStatus(ROOM, "away");
    private static final Command.Join JOIN = new Command.Join(ROOM, JoinOptions.fresh(50));

    private static final Logger LOG = Logger.getLogger(Rooms.class.getName());

    private final World world = new World();

    /** The stacks of bugs that are meant say nothing to who reads the build. */
    @BeforeAll
    static void quiet() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void loud() {
        LOG.setLevel(null);
    }

    @Test
    void command_throws_isInternalAndTheRoomGoesOn() {
        world.board = brokenOnce(PresenceBoard.class, world.board, "status", RoomFaultTest::fault);
        Session ada = world.join("ada", ROOM);
        Session bob = world.join("bob", ROOM);
        assertInternal(world.ask(ada, STATUS));
        assertThat(world.meter.value(Metric.FAULTS)).isEqualTo(1);
        world.post(ada, ROOM, "m1");
        assertThat(world.keptIds(bob)).containsExactly("m1");
        assertThat(world.ask(ada, STATUS)).isEqualTo(Reply.Done.INSTANCE);
    }

    @Test
    void command_throwsBehindAnAppend_thoseBehindItAreAnswered() {
        world.board = brokenOnce(PresenceBoard.class, world.board, "status", RoomFaultTest::fault);
        HeldLog held = new HeldLog(world.history, world.history);
        world.log = held;
        Session ada = world.join("ada", ROOM);
        held.hold();
        Tag post = world.say(ada, publish(ROOM, "m1"));
        Tag status = world.say(ada, STATUS);
        Tag read = world.say(ada, new Command.ReadPresence(ROOM));
        Tag leave = world.say(ada, new Command.Leave(ROOM));
        world.loops.runAll();
        held.letGo();
        world.loops.runAll();
        assertThat(world.told.reply(ada, post)).isInstanceOf(Reply.Accepted.class);
        assertInternal(world.told.reply(ada, status));
        assertThat(world.told.reply(ada, read)).isInstanceOf(Reply.Here.class);
        assertThat(world.told.reply(ada, leave)).isEqualTo(Reply.Done.INSTANCE);
    }

    @Test
    void command_throwsAtTheBooksAnswer_isInternalAndTheSessionGoesOn() {
        world.rules = withoutWindow();
        Supplier<Object> nonsense = () -> CompletableFuture.completedStage("neither a page nor a message");
        world.book = brokenOnce(MessageBook.class, world.history, "find", nonsense);
        world.book = brokenOnce(MessageBook.class, world.book, "page", nonsense);
        Session bob = world.join("bob", ROOM);
        Tag read = world.say(bob, new Command.ReadHistory(ROOM, new Command.From.Newest(), 10));
        Tag delete = world.say(bob, new Command.Publish(ROOM, new Change.Delete("m0"), null));
        Tag post = world.say(bob, publish(ROOM, "m1"));
        world.loops.runAll();
        assertInternal(world.told.reply(bob, read));
        assertInternal(world.told.reply(bob, delete));
        assertThat(world.told.reply(bob, post)).isInstanceOf(Reply.Accepted.class);
    }

    @Test
    void publish_throwsAtTheLogsAnswer_isInternalInItsPlace() {
        world.log = brokenOnce(
                RoomLog.class,
                world.history,
                "append",
                () -> CompletableFuture.completedStage(new RoomLog.Appended.Stored(null, false)));
        Session ada = world.join("ada", ROOM);
        Tag broken = world.say(ada, publish(ROOM, "m1"));
        Tag post = world.say(ada, publish(ROOM, "m2"));
        Tag leave = world.say(ada, new Command.Leave(ROOM));
        world.loops.runAll();
        assertInternal(world.told.reply(ada, broken));
        assertThat(world.told.reply(ada, post)).isInstanceOf(Reply.Accepted.class);
        assertThat(world.told.reply(ada, leave)).isEqualTo(Reply.Done.INSTANCE);
        CompletableFuture<Void> drained = world.node().drain().toCompletableFuture();
        world.loops.runAll();
        assertThat(drained).isCompleted();
    }

    @Test
    void serve_throws_isInternalAndTheRoomClosesAfterAWhile() {
        world.board = brokenOnce(PresenceBoard.class, world.board, "status", RoomFaultTest::fault);
        assertInternal(world.serve(STATUS, user("product")));
        assertThat(world.await(world.node().rooms())).hasSize(1);
        world.advance(Duration.ofSeconds(6));
        assertThat(world.await(world.node().rooms())).isEmpty();
    }

    @Test
    void join_throwsAtTheVerdict_isInternalAndTheNextIsWelcome() {
        var sane = world.gatekeeper;
        world.gatekeeper = (session, room) -> CompletableFuture.completedStage(new Verdict.Granted(null));
        Session ada = world.connect("ada");
        assertInternal(world.ask(ada, JOIN));
        world.gatekeeper = sane;
        world.joinAs(ada, ROOM);
    }

    @Test
    void join_throwsAtTheWindow_isRefusedAndTheNextIsWelcome() {
        world.book = brokenOnce(
                MessageBook.class,
                world.history,
                "page",
                () -> CompletableFuture.completedStage(new MessageBook.Page(null, true)));
        Session ada = world.connect("ada");
        assertThat(world.ask(ada, JOIN)).isEqualTo(Reply.Refused.of(Problem.UNAVAILABLE));
        world.joinAs(ada, ROOM);
    }

    @Test
    void join_throwsAtTheWelcomeOfOne_theOthersAreWelcomed() {
        RoomAudience.Factory sane = world.audiences;
        world.audiences = room -> brokenOnce(RoomAudience.class, sane.open(room), "add", RoomFaultTest::fault);
        List<Session> sessions = new ArrayList<>();
        List<Tag> tags = new ArrayList<>();
        for (String name : List.of("ada", "bob", "cyd")) {
            Session session = world.connect(name);
            sessions.add(session);
            tags.add(world.say(session, JOIN));
        }
        world.loops.runAll();
        List<Reply> replies = new ArrayList<>();
        for (int i = 0; i < 3; i++) replies.add(world.told.reply(sessions.get(i), tags.get(i)));
        assertThat(replies).filteredOn(Reply.Joined.class::isInstance).hasSize(2);
        int refused = replies.indexOf(Reply.Refused.of(Problem.INTERNAL));
        assertThat(refused).isNotNegative();
        world.joinAs(sessions.get(refused), ROOM);
        assertThat(world.await(world.node().rooms()).getFirst().sessions()).isEqualTo(3);
    }

    @Test
    void join_ofARoomThatCannotBeMade_isInternalAndTheNextIsWelcome() {
        world.audiences = brokenOnce(RoomAudience.Factory.class, world.audiences, "open", RoomFaultTest::fault);
        Session ada = world.connect("ada");
        assertInternal(world.ask(ada, JOIN));
        world.joinAs(ada, ROOM);
    }

    @Test
    void leave_throws_theSessionIsOutAllTheSame() {
        world.board = brokenOnce(PresenceBoard.class, world.board, "leave", RoomFaultTest::fault);
        Session ada = world.join("ada", ROOM);
        Session bob = world.join("bob", ROOM);
        assertThat(world.ask(ada, new Command.Leave(ROOM))).isEqualTo(Reply.Done.INSTANCE);
        world.post(bob, ROOM, "m1");
        assertThat(world.keptIds(ada)).isEmpty();
        world.disconnect(bob, CloseReason.CLIENT_LEFT);
        world.advance(Duration.ofSeconds(6));
        assertThat(world.await(world.node().rooms())).isEmpty();
    }

    // --- small words

    private static RoomRules withoutWindow() {
        RoomRules r = World.RULES;
        return new RoomRules(
                r.capacity(),
                r.retention(),
                0,
                r.lingerMillis(),
                r.lingersAlways(),
                r.typingDebounceMillis(),
                r.typingExpiryMillis(),
                r.typingToOwnSessions(),
                r.membersOnly());
    }

    private static Object fault() {
        throw new IllegalStateException("test: a bug");
    }

    /** A port that does something else instead, the first time that it is asked for one thing. */
    private static <T> T brokenOnce(Class<T> port, T sane, String method, Supplier<Object> instead) {
        AtomicBoolean broken = new AtomicBoolean(true);
        return port.cast(
                Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, (_, called, arguments) -> {
                    if (called.getName().equals(method) && broken.getAndSet(false)) return instead.get();
                    return called.invoke(sane, arguments);
                }));
    }

    private static void assertInternal(Reply reply) {
        assertThat(reply).isEqualTo(Reply.Refused.of(Problem.INTERNAL));
    }
}
