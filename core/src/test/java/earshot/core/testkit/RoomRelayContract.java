package earshot.core.testkit;

import static earshot.core.testkit.Drafts.ADA;
import static earshot.core.testkit.Drafts.freshRoom;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Audience;
import earshot.core.message.Event;
import earshot.core.message.Event.RoomEvent;
import earshot.core.message.Lane;
import earshot.core.message.Position;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.relay.Passed;
import earshot.core.relay.RoomRelay;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What every {@link RoomRelay} promises. An engine's test extends this and says how to make nodes that are joined. */
public abstract class RoomRelayContract {
    /** The relay of one node, the same for the same incarnation. */
    protected abstract RoomRelay node(long incarnation);

    /** Waits until it is so. */
    protected void await(BooleanSupplier condition) {
        assertThat(condition.getAsBoolean()).isTrue();
    }

    // --- telling

    @Test
    protected void tell_onOneNode_isHeardOnTheOthersInOrderAndNotOnItself() {
        RoomId room = freshRoom();
        var one = new Member(1, room);
        var two = new Member(2, room);
        var three = new Member(3, room);
        sharedByAll(one, two, three);
        List<Passed> told = new ArrayList<>();
        for (int i = 1; i <= 500; i++) told.add(votes(room, 1, i));
        told.forEach(one.line::tell);
        await(() -> two.heard().size() == 500 && three.heard().size() == 500);
        assertThat(two.heard()).isEqualTo(told);
        assertThat(three.heard()).isEqualTo(told);
        assertThat(one.heard()).isEmpty();
    }

    @Test
    protected void tell_onSeveralNodes_eachIsInOrderAndHeardOnce() {
        RoomId room = freshRoom();
        var one = new Member(1, room);
        var two = new Member(2, room);
        var three = new Member(3, room);
        sharedByAll(one, two, three);
        for (int i = 1; i <= 100; i++) {
            one.line.tell(votes(room, 1, i));
            two.line.tell(votes(room, 2, i));
        }
        await(() -> three.heard().size() == 200);
        for (long node = 1; node <= 2; node++) {
            long from = node;
            assertThat(three.heard().stream().filter(p -> p.node() == from).map(Passed::stamp))
                    .hasSize(100)
                    .isSorted();
        }
        await(() -> two.heard().size() == 100 && one.heard().size() == 100);
    }

    @Test
    protected void tell_everyEventAndAudience_comesAsItWas() {
        RoomId room = freshRoom();
        var one = new Member(1, room);
        var two = new Member(2, room);
        sharedByAll(one, two);
        List<Passed> told = new ArrayList<>();
        long stamp = 1L << 40;
        for (Audience audience : audiences())
            for (RoomEvent event : events(room))
                told.add(new Passed(event, audience, ++stamp, 1, new Position(3, stamp)));
        told.forEach(one.line::tell);
        await(() -> two.heard().size() == told.size());
        assertThat(two.heard()).isEqualTo(told);
    }

    @Test
    protected void tell_inOneRoom_isNotHeardInAnother() {
        RoomId room = freshRoom();
        RoomId other = new RoomId(room.realm(), "tenant", room.name());
        var one = new Member(1, room);
        var oneToo = new Member(1, other);
        var two = new Member(2, room);
        var twoToo = new Member(2, other);
        sharedByAll(one, two);
        sharedByAll(oneToo, twoToo);
        one.line.tell(votes(room, 1, 1));
        oneToo.line.tell(votes(other, 1, 2));
        await(() -> two.heard().size() == 1 && twoToo.heard().size() == 1);
        assertThat(two.heard().getFirst().stamp()).isEqualTo(1);
        assertThat(twoToo.heard().getFirst().stamp()).isEqualTo(2);
    }

    // --- who serves

    @Test
    protected void open_alone_isReadyAndNotShared() {
        var one = new Member(1, freshRoom());
        await(one::isReady);
        assertThat(one.line.isShared()).isFalse();
        one.line.tell(votes(one.room, 1, 1));
        assertThat(one.heard()).isEmpty();
    }

    @Test
    protected void open_onAnother_isSharedByBothUntilOneCloses() {
        RoomId room = freshRoom();
        var one = new Member(1, room);
        await(one::isReady);
        var two = new Member(2, room);
        sharedByAll(one, two);
        two.line.close();
        await(() -> !one.line.isShared());
    }

    @Test
    protected void open_onAnother_hearsTheLatestValuesBeforeItIsReady() {
        RoomId room = freshRoom();
        var one = new Member(1, room);
        one.values.add(votes(room, 1, 5));
        one.values.add(new Passed(relayed(room, Lane.LATEST, "k"), Audience.ALL, 7, 2, Position.START));
        await(one::isReady);
        var two = new Member(2, room);
        await(two::isReady);
        assertThat(two.heardUntilReady).isEqualTo(one.values);
        assertThat(one.heard()).isEmpty();
    }

    @Test
    protected void open_whileOthersTell_missesNothingAfterItIsReady() {
        RoomId room = freshRoom();
        var one = new Member(1, room);
        await(one::isReady);
        var two = new Member(2, room);
        await(two::isReady);
        for (int i = 1; i <= 50; i++) one.line.tell(votes(room, 1, i));
        await(() -> two.heard().size() == 50);
    }

    @Test
    protected void ask_again_hearsTheLatestValuesAgain() {
        RoomId room = freshRoom();
        var one = new Member(1, room);
        var two = new Member(2, room);
        sharedByAll(one, two);
        one.values.add(votes(room, 1, 5));
        two.line.ask();
        await(() -> two.heard().equals(one.values));
    }

    @Test
    protected void open_again_isANewBeginning() {
        RoomId room = freshRoom();
        var one = new Member(1, room);
        new Member(2, room).line.close();
        var two = new Member(2, room);
        sharedByAll(one, two);
        one.line.tell(votes(room, 1, 1));
        await(() -> two.heard().size() == 1);
    }

    @Test
    protected void close_afterwards_nothingIsHeard() {
        RoomId room = freshRoom();
        var one = new Member(1, room);
        var two = new Member(2, room);
        var three = new Member(3, room);
        sharedByAll(one, two, three);
        two.line.close();
        one.line.tell(votes(room, 1, 1));
        await(() -> three.heard().size() == 1);
        assertThat(two.heard()).isEmpty();
    }

    // --- what the tests say

    protected void sharedByAll(Member... members) {
        await(() -> {
            for (Member member : members) if (!member.isReady() || !member.line.isShared()) return false;
            return true;
        });
    }

    protected static Passed votes(RoomId room, long node, long stamp) {
        return new Passed(
                new Event.VotesChanged(room, "m1", stamp, node), Audience.ALL, stamp, node, new Position(1, stamp));
    }

    private static List<Audience> audiences() {
        return List.of(
                Audience.ALL,
                new Audience.AllButSession(new SessionId(Long.MIN_VALUE, 7)),
                new Audience.OneSession(new SessionId(-1, Long.MAX_VALUE)),
                new Audience.AllButUser(new UserId("test", "Zoë 😀")),
                new Audience.OneUser(ADA.user()));
    }

    private static List<RoomEvent> events(RoomId room) {
        var dressed = new Profile(new UserId("other", "z"), "Zoë \0 😀", "https://a.example/z.png", "{\"karma\":7}");
        return List.of(
                new Event.Typing(room, ADA, true, false, null),
                new Event.Typing(room, dressed, true, true, "m1"),
                new Event.Typing(room, dressed, false, false, ""),
                new Event.VotesChanged(room, "m1", Long.MAX_VALUE, -1),
                relayed(room, Lane.SURE, null),
                relayed(room, Lane.SPARE, null),
                relayed(room, Lane.LATEST, "entity 1"),
                new Event.Relayed(room, "test", Lane.SURE, null, Integer.MAX_VALUE, new byte[0]),
                new Event.Relayed(room, "test", Lane.SURE, null, -1, new byte[60_000]));
    }

    private static Event.Relayed relayed(RoomId room, Lane lane, String key) {
        return new Event.Relayed(room, "test", lane, key, 3, new byte[] {0, 1, -1});
    }

    /** One node that serves a room. */
    protected final class Member implements RoomRelay.Feed {
        public final RoomId room;
        public final RoomRelay.Line line;
        public final List<Passed> values = new ArrayList<>();
        private final List<Passed> heard = new ArrayList<>();
        private List<Passed> heardUntilReady = List.of();
        private boolean ready;

        public Member(long incarnation, RoomId room) {
            this.room = room;
            this.line = node(incarnation).open(room, this);
        }

        @Override
        public synchronized void onPassed(Passed passed) {
            heard.add(passed);
        }

        @Override
        public void onAsked(RoomRelay.Answering answering) {
            answering.answer(values);
        }

        @Override
        public synchronized void onReady() {
            if (!ready) heardUntilReady = List.copyOf(heard);
            ready = true;
        }

        public synchronized boolean isReady() {
            return ready;
        }

        public synchronized List<Passed> heard() {
            return List.copyOf(heard);
        }
    }
}
