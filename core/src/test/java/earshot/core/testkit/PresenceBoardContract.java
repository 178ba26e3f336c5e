package earshot.core.testkit;

import static earshot.core.testkit.Drafts.ADA;
import static earshot.core.testkit.Drafts.BOB;
import static earshot.core.testkit.Drafts.freshRoom;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.UserId;
import earshot.core.presence.PresenceBoard;
import earshot.core.presence.PresenceBoard.Entry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every {@link PresenceBoard} promises. Of changes that follow each other without a pause a board may tell only what they come to. */
public abstract class PresenceBoardContract {
    protected abstract PresenceBoard board();

    /** Waits until everything said so far was told. */
    protected void settle() {}

    @Test
    protected void follow_emptyRoom_beginsWithAnEmptySnapshot() {
        var heard = new Heard();
        board().follow(freshRoom(), heard);
        settle();
        assertThat(heard.told).hasSize(1);
        assertThat(heard.told.get(0)).startsWith("snapshot").endsWith("[]");
    }

    @Test
    protected void follow_roomWithEntries_beginsWithThem() {
        RoomId room = freshRoom();
        board().enter(room, entry(1, ADA));
        board().enter(room, entry(2, BOB));
        settle();
        var heard = new Heard();
        board().follow(room, heard);
        settle();
        assertThat(heard.snapshot).containsExactly(entry(1, ADA), entry(2, BOB));
    }

    @Test
    protected void changes_afterTheSnapshot_areToldInOrderWithoutAGap() {
        RoomId room = freshRoom();
        var heard = new Heard();
        board().follow(room, heard);
        settle();
        board().enter(room, entry(1, ADA));
        board().enter(room, entry(2, BOB));
        settle();
        board().status(room, ADA.user(), "away");
        settle();
        board().leave(room, id(1));
        settle();
        assertThat(heard.told.subList(1, heard.told.size()))
                .containsExactly("entered Ada 1", "entered Bob 2", "status ada away", "left 1");
        for (int i = 1; i < heard.versions.size(); i++)
            assertThat(heard.versions.get(i)).isEqualTo(heard.versions.get(i - 1) + 1);
    }

    @Test
    protected void enter_sameSessionAgain_replacesIt() {
        RoomId room = freshRoom();
        board().enter(room, entry(1, ADA));
        board().enter(room, new Entry(id(1), ADA, 7, "away"));
        settle();
        var heard = new Heard();
        board().follow(room, heard);
        settle();
        assertThat(heard.snapshot).containsExactly(new Entry(id(1), ADA, 7, "away"));
    }

    @Test
    protected void leave_unknownSession_isNotTold() {
        RoomId room = freshRoom();
        var heard = new Heard();
        board().follow(room, heard);
        board().leave(room, id(1));
        settle();
        assertThat(heard.told).hasSize(1);
    }

    @Test
    protected void status_ofAUser_isSetOnAllSessions() {
        RoomId room = freshRoom();
        board().enter(room, entry(1, ADA));
        board().enter(room, entry(2, ADA));
        board().status(room, ADA.user(), "away");
        settle();
        var heard = new Heard();
        board().follow(room, heard);
        settle();
        assertThat(heard.snapshot).extracting(Entry::status).containsExactly("away", "away");
    }

    @Test
    protected void stop_afterwards_nothingIsTold() {
        RoomId room = freshRoom();
        var heard = new Heard();
        PresenceBoard.Following following = board().follow(room, heard);
        settle();
        following.stop();
        board().enter(room, entry(1, ADA));
        settle();
        assertThat(heard.told).hasSize(1);
    }

    @Test
    protected void enterAndLeave_withoutAPause_isNobodyInTheEnd() {
        RoomId room = freshRoom();
        var heard = new Heard();
        board().follow(room, heard);
        board().enter(room, entry(1, ADA));
        board().leave(room, id(1));
        board().enter(room, entry(2, BOB));
        settle();
        var later = new Heard();
        board().follow(room, later);
        settle();
        assertThat(later.snapshot).containsExactly(entry(2, BOB));
        assertThat(heard.told.getLast()).isEqualTo("entered Bob 2");
    }

    @Test
    protected void leaveAndEnter_withoutAPause_isHereInTheEnd() {
        RoomId room = freshRoom();
        board().enter(room, entry(1, ADA));
        settle();
        board().leave(room, id(1));
        board().enter(room, entry(1, ADA));
        settle();
        var heard = new Heard();
        board().follow(room, heard);
        settle();
        assertThat(heard.snapshot).containsExactly(entry(1, ADA));
    }

    @Test
    protected void follow_second_beginsWhereTheFirstIs() {
        RoomId room = freshRoom();
        var first = new Heard();
        board().follow(room, first);
        board().enter(room, entry(1, ADA));
        settle();
        var second = new Heard();
        board().follow(room, second);
        settle();
        assertThat(second.snapshot).containsExactly(entry(1, ADA));
        assertThat(second.versions.getFirst()).isEqualTo(first.versions.getLast());
    }

    @Test
    protected void rooms_several_areApart() {
        RoomId room = freshRoom();
        var heard = new Heard();
        board().follow(room, heard);
        board().enter(freshRoom(), entry(1, ADA));
        settle();
        assertThat(heard.told).hasSize(1);
    }

    protected static SessionId id(long serial) {
        return new SessionId(1, serial);
    }

    protected static Entry entry(long serial, Profile user) {
        return new Entry(id(serial), user, 5, Entry.ONLINE);
    }

    private static final class Heard implements PresenceBoard.Follower {
        final List<String> told = new ArrayList<>();
        final List<Long> versions = new ArrayList<>();
        List<Entry> snapshot = List.of();

        @Override
        public synchronized void onSnapshot(long version, List<Entry> entries) {
            snapshot = entries;
            tell(version, "snapshot " + entries);
        }

        @Override
        public synchronized void onEntered(long version, Entry entry) {
            tell(
                    version,
                    "entered " + entry.user().name() + " " + entry.session().serial());
        }

        @Override
        public synchronized void onLeft(long version, SessionId session) {
            tell(version, "left " + session.serial());
        }

        @Override
        public synchronized void onStatus(long version, UserId user, String status) {
            tell(version, "status " + user.id() + " " + status);
        }

        private void tell(long version, String what) {
            versions.add(version);
            told.add(what);
        }
    }
}
