package earshot.core;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.memory.MemoryPresenceBoard;
import earshot.core.message.Command;
import earshot.core.message.JoinOptions;
import earshot.core.message.PresenceList;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.presence.PresenceBoard;
import earshot.core.session.Session;
import earshot.core.testkit.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A board that asks others who is in a room, and takes its time. */
final class LateBoardTest {
    private static final RoomId ROOM = World.room("r");

    private final World world = new World();
    private final Late board = new Late();

    LateBoardTest() {
        world.board = board;
        board.enter(ROOM, new PresenceBoard.Entry(new SessionId(99, 1), World.user("ada"), 5, "online"));
    }

    @Test
    void join_ofSomebodyNobodySees_waitsForWhoIsHere() {
        Session reader = world.connect((String) null);
        world.say(reader, new Command.Join(ROOM, JoinOptions.fresh(50)));
        world.loops.runAll();
        assertThat(world.told.replies(reader)).isEmpty();
        board.answer();
        world.loops.runAll();
        assertThat(World.names(presence(reader))).containsExactly("ada");
        assertThat(world.comings(reader)).isEmpty();
    }

    @Test
    void join_whenTheBoardSaysNothing_isNotHeldUpForEver() {
        Session reader = world.connect((String) null);
        world.say(reader, new Command.Join(ROOM, JoinOptions.fresh(50)));
        world.advance(Duration.ofSeconds(3));
        assertThat(World.names(presence(reader))).isEmpty();
        board.answer();
        world.loops.runAll();
        assertThat(world.comings(reader)).containsExactly("+ada");
    }

    @Test
    void read_waitsForWhoIsHere() {
        var answer = world.node().serve(new Command.ReadPresence(ROOM), null).toCompletableFuture();
        world.loops.runAll();
        assertThat(answer).isNotDone();
        board.answer();
        world.loops.runAll();
        assertThat(World.names(((Reply.Here) answer.join()).presence())).containsExactly("ada");
    }

    private PresenceList presence(Session session) {
        return World.joined(world.told.replies(session).getFirst()).snapshot().presence();
    }

    /** Follows when it is told to. */
    private static final class Late implements PresenceBoard {
        private final MemoryPresenceBoard inner = new MemoryPresenceBoard();
        private final List<Runnable> asked = new ArrayList<>();

        void answer() {
            asked.forEach(Runnable::run);
            asked.clear();
        }

        @Override
        public void enter(RoomId room, Entry entry) {
            inner.enter(room, entry);
        }

        @Override
        public void leave(RoomId room, SessionId session) {
            inner.leave(room, session);
        }

        @Override
        public void status(RoomId room, UserId user, String status) {
            inner.status(room, user, status);
        }

        @Override
        public Following follow(RoomId room, Follower follower) {
            asked.add(() -> inner.follow(room, follower));
            return () -> {};
        }
    }
}
