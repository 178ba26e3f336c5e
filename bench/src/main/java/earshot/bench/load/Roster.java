package earshot.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The members of one generator. Owned by its loop. */
final class Roster {
    private final Share share;
    private final LoadPlan.Crowd crowd;
    private final List<Member> members = new ArrayList<>();
    private final @Nullable Member[] publishers;
    private final int[] steady;
    private int ready;

    Roster(LoadPlan plan, Share share, Member.Audience audience) {
        this.share = share;
        this.crowd = plan.crowd();
        this.publishers = new Member[crowd.rooms() * crowd.publishersPerRoom()];
        this.steady = new int[crowd.rooms()];
        int firstReader = crowd.rooms() * crowd.publishersPerRoom();
        int firstDisturbed = crowd.connections() - plan.disturbance().members();
        for (int index = 0; index < crowd.connections(); index++) {
            if (!share.has(index)) continue;
            boolean isSteady = index < Math.max(firstReader, firstDisturbed);
            Member member = new Member(index, members.size(), share.room(index), isSteady, audience);
            members.add(member);
            int publisher = index / crowd.rooms();
            if (publisher < crowd.publishersPerRoom())
                publishers[member.room * crowd.publishersPerRoom() + publisher] = member;
        }
    }

    int size() {
        return members.size();
    }

    /** Members who are to be connected, of those below an index of the plan. */
    List<Member> absentBelow(int index) {
        return matching(member -> member.index < index && member.isClosed());
    }

    List<Member> all() {
        return members;
    }

    /** The last of the plan's members read slowly; before them are those who come back. */
    List<Member> slow(LoadPlan plan) {
        int from = crowd.connections() - plan.disturbance().slowMembers();
        return matching(member -> member.index >= from);
    }

    List<Member> dropped(LoadPlan plan) {
        int end = crowd.connections() - plan.disturbance().slowMembers();
        int from = end - plan.disturbance().dropped();
        return matching(member -> member.index >= from && member.index < end);
    }

    private List<Member> matching(Predicate<Member> wanted) {
        return members.stream().filter(wanted).toList();
    }

    void arrived(Member member) {
        ready++;
        if (member.isSteady) steady[member.room]++;
    }

    void left(Member member) {
        ready--;
        if (member.isSteady) steady[member.room]--;
    }

    int ready() {
        return ready;
    }

    /** How many are waited for in a room: connected, and reading all the time. */
    int steadyIn(int room) {
        return steady[room];
    }

    @Nullable
    Member publisher(int room, int publisher) {
        return publishers[room * crowd.publishersPerRoom() + publisher];
    }

    /** Rooms where this generator publishes. By the server API no connection is needed: then each room is its first member's. */
    int[] publishedRooms(boolean byApi) {
        List<Integer> rooms = new ArrayList<>();
        for (int room = 0; room < crowd.rooms(); room++) {
            if (share.has(room) && (byApi || publisher(room, 0) != null)) rooms.add(room);
        }
        return rooms.stream().mapToInt(Integer::intValue).toArray();
    }
}
