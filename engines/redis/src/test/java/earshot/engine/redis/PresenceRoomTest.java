package earshot.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.presence.PresenceBoard.Entry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** One room without a Redis: what the stream says and what the node wants are given by hand. */
final class PresenceRoomTest {
    private static final long SELF = 1;
    private static final long OTHER = 2;
    private static final Place BEGIN = new Place(100, 7);

    private final Asked asked = new Asked();
    private final PresenceRoom room = new PresenceRoom(new RoomId("test", "", "room"), "key", 0, asked);
    private final People people = new People();

    @Test
    void follow_untilRead_isShownNothing() {
        room.follow(people);
        assertThat(people.isShown()).isFalse();
        assertThat(asked.unsure).containsExactly("follow");
        read(BEGIN, other(1, "bob"));
        assertThat(people.here()).containsExactly("bob");
    }

    @Test
    void enter_isToldWhenTheStreamBringsIt() {
        live();
        room.enter(entry(9, "ada"));
        assertThat(people.here()).isEmpty();
        PresenceRoom.Wishes wishes = room.take(1_000);
        assertThat(wishes.changes()).hasSize(1);
        assertThat(wishes.here()).isTrue();
        message(BEGIN, at(101), own(9, "ada"));
        assertThat(people.here()).containsExactly("ada");
    }

    @Test
    void wishes_ofOneSession_areTakenAsTheLast() {
        live();
        room.enter(entry(9, "ada"));
        room.leave(id(9));
        room.enter(entry(8, "ada"));
        assertThat(room.take(1_000).changes()).hasSize(2);
        assertThat(room.take(1_000)).isNull();
    }

    @Test
    void wishes_moreThanFit_areTakenInTheirOrder() {
        live();
        for (int i = 0; i < 5; i++) room.enter(entry(i, "user" + i));
        int asks = asked.wishes;
        assertThat(room.take(1).changes()).hasSize(1);
        assertThat(asked.wishes).isEqualTo(asks + 1);
        assertThat(room.take(100_000).changes()).hasSize(4);
    }

    @Test
    void message_afterAGap_isNotTold_andTheRoomIsReadAgain() {
        live();
        message(at(105), at(106), other(1, "bob"));
        assertThat(people.here()).isEmpty();
        assertThat(asked.unsure).containsExactly("follow", "gap");
        read(at(106), other(1, "bob"), other(2, "cy"));
        assertThat(people.here()).containsExactly("bob", "cy");
    }

    @Test
    void message_ofAnotherPast_isAGapThoughItsVersionFits() {
        live();
        message(new Place(100, 8), at(101), other(1, "bob"));
        assertThat(asked.unsure).endsWith("gap");
    }

    @Test
    void message_fromBeforeTheReading_isIgnored() {
        live();
        message(at(98), at(99), other(1, "bob"));
        assertThat(people.here()).isEmpty();
        assertThat(asked.unsure).containsExactly("follow");
    }

    @Test
    void message_duringTheReading_comesAfterIt() {
        room.follow(people);
        room.onReading(true);
        room.onMessage(new PresenceMessage(at(99), BEGIN, List.of(other(1, "bob"))));
        room.onMessage(new PresenceMessage(BEGIN, at(101), List.of(other(2, "cy"))));
        room.onRead(snapshot(BEGIN, other(1, "bob")));
        assertThat(people.heard()).containsExactly("+bob", "+cy");
    }

    @Test
    void gap_duringTheReading_readsAgain() {
        room.follow(people);
        room.onReading(true);
        room.onUnsure("gap");
        room.onRead(snapshot(BEGIN));
        assertThat(asked.unsure).containsExactly("follow", "again");
    }

    @Test
    void reading_beforeTheChannelWasHeard_isNotEnough() {
        room.follow(people);
        room.onReading(false);
        room.onRead(snapshot(BEGIN));
        assertThat(people.isShown()).isFalse();
        assertThat(asked.unsure).containsExactly("follow", "again");
    }

    @Test
    void away_ownSessionsGoOn_andTheDifferenceIsSentAfterwards() {
        live(other(1, "bob"));
        room.enter(entry(9, "ada"));
        room.onAway();
        assertThat(people.here()).containsExactly("ada", "bob");
        room.enter(entry(8, "cy"));
        room.leave(id(9));
        assertThat(people.here()).containsExactly("bob", "cy");
        assertThat(room.take(1_000)).isNull();
        room.onUnsure("back");
        read(at(101), other(1, "bob"), own(9, "ada"));
        assertThat(people.here()).containsExactly("bob", "cy");
        assertThat(room.take(1_000).changes()).hasSize(2);
        message(at(101), at(103), new PresenceChange.Left(id(9)), own(8, "cy"));
        assertThat(people.heard()).containsExactly("+bob", "+ada", "+cy", "-ada");
    }

    @Test
    void away_fromTheBeginning_showsOwnSessions() {
        asked.away = true;
        room.follow(people);
        room.enter(entry(9, "ada"));
        assertThat(people.here()).containsExactly("ada");
    }

    @Test
    void sweep_ofThisNode_isNotBelieved() {
        live();
        room.enter(entry(9, "ada"));
        room.take(1_000);
        message(BEGIN, at(101), own(9, "ada"));
        message(at(101), at(102), new PresenceChange.Left(id(9)));
        assertThat(people.heard()).containsExactly("+ada");
        assertThat(room.take(1_000).changes()).hasSize(1);
    }

    @Test
    void sweep_ofAnotherNode_takesAllItsSessions() {
        live(other(1, "bob"), other(2, "cy"));
        room.enter(entry(9, "ada"));
        message(BEGIN, at(101), own(9, "ada"));
        message(at(101), at(103), new PresenceChange.Left(id(1)), new PresenceChange.Left(id(2)));
        assertThat(people.here()).containsExactly("ada");
        assertThat(people.heard()).endsWith("-bob", "-cy");
    }

    @Test
    void enter_ofSomebodyWhoseNodeEnded_takesTheirPlace() {
        live(other(1, "ada"));
        asked.ended.add(OTHER);
        room.enter(new Entry(id(9), TestNode.user("ada"), 5_000, Entry.ONLINE));
        PresenceRoom.Wishes wishes = room.take(1_000);
        assertThat(wishes.changes()).hasSize(2);
        message(
                BEGIN,
                at(102),
                new PresenceChange.Entered(new Entry(id(9), TestNode.user("ada"), 1, Entry.ONLINE), SELF),
                new PresenceChange.Left(id(1)));
        assertThat(people.heard()).containsExactly("+ada");
        assertThat(people.joinedMillis("ada")).isEqualTo(1);
    }

    @Test
    void read_withoutThoseOfOthers_keepsThemUntilNobodyBringsThemBack() {
        live(other(1, "bob"), other(2, "cy"));
        room.onUnsure("back");
        read(new Place(500, 1));
        assertThat(people.here()).containsExactly("bob", "cy");
        message(new Place(500, 1), at(501), other(1, "bob"));
        room.onStillMissing(asked.missing);
        assertThat(people.heard()).containsExactly("+bob", "+cy", "-cy");
    }

    @Test
    void sent_butNeverHeard_isToldLocally() {
        live();
        room.enter(entry(9, "ada"));
        room.take(1_000);
        room.onSent(at(101));
        assertThat(room.isQuiet()).isFalse();
        room.onDue();
        assertThat(people.here()).containsExactly("ada");
        assertThat(asked.unsure).endsWith("unheard");
    }

    @Test
    void use_byNobody_isTheEnd() {
        live();
        room.enter(entry(9, "ada"));
        room.stop(people);
        room.leave(id(9));
        assertThat(asked.unused).isFalse();
        room.take(1_000);
        room.onSent(at(102));
        assertThat(asked.unused).isTrue();
        assertThat(room.enter(entry(8, "ada"))).isFalse();
    }

    // --- the stream

    private void live(PresenceChange.Entered... here) {
        room.follow(people);
        read(BEGIN, here);
    }

    private void read(Place place, PresenceChange.Entered... here) {
        room.onReading(true);
        room.onRead(snapshot(place, here));
    }

    private static PresenceSnapshot snapshot(Place place, PresenceChange.Entered... here) {
        return new PresenceSnapshot(place, List.of(here), Map.of());
    }

    private void message(Place before, Place after, PresenceChange... changes) {
        room.onMessage(new PresenceMessage(before, after, List.of(changes)));
    }

    private static Place at(long version) {
        return new Place(version, 7);
    }

    private static PresenceChange.Entered own(long serial, String user) {
        return new PresenceChange.Entered(entry(serial, user), SELF);
    }

    private static PresenceChange.Entered other(long serial, String user) {
        return new PresenceChange.Entered(entry(serial, user), OTHER);
    }

    private static Entry entry(long serial, String user) {
        return new Entry(id(serial), TestNode.user(user), 1, Entry.ONLINE);
    }

    private static SessionId id(long serial) {
        return new SessionId(4, serial);
    }

    /** Writes down what the room asks for. */
    private static final class Asked implements PresenceHome {
        final List<String> unsure = new ArrayList<>();
        final Set<Long> ended = new HashSet<>();
        List<SessionId> missing = List.of();
        int wishes;
        boolean away;
        boolean unused;

        @Override
        public void onWish(PresenceRoom room) {
            wishes++;
        }

        @Override
        public void onUnsure(PresenceRoom room, String why) {
            unsure.add(why);
        }

        @Override
        public void onUnfollowed(PresenceRoom room) {}

        @Override
        public void onMissing(PresenceRoom room, List<SessionId> sessions) {
            missing = sessions;
        }

        @Override
        public void onUnused(PresenceRoom room) {
            unused = true;
        }

        @Override
        public boolean isAway() {
            return away;
        }

        @Override
        public long owner() {
            return SELF;
        }

        @Override
        public boolean isOwn(long owner) {
            return owner == SELF;
        }

        @Override
        public boolean hasEnded(long owner) {
            return ended.contains(owner);
        }
    }
}
