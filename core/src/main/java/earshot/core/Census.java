package earshot.core;

import earshot.core.Node.RoomInfo;
import earshot.core.Node.SessionInfo;
import earshot.core.message.RoomId;
import earshot.core.message.UserId;
import earshot.core.relay.SessionAge;
import earshot.core.room.Rooms;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Which rooms are open on a node and who is connected to it, for operators. Thread-safe; asks every loop. */
final class Census {
    private final Floor floor;

    Census(Floor floor) {
        this.floor = floor;
    }

    CompletionStage<List<RoomInfo>> rooms() {
        Queue<RoomInfo> found = new ConcurrentLinkedQueue<>();
        return floor.onEvery(loop -> {
                    for (Rooms.OpenRoom open : floor.rooms(loop).list())
                        found.add(new RoomInfo(open.room(), open.sessions(), open.users()));
                    return 0;
                })
                .thenApply(_ -> found.stream()
                        .sorted(Comparator.comparing(RoomInfo::room, RoomId.BY_NAME))
                        .toList());
    }

    CompletionStage<List<SessionInfo>> sessions(@Nullable UserId user, @Nullable SessionAge before, int limit) {
        Queue<SessionInfo> found = new ConcurrentLinkedQueue<>();
        return floor.onEvery(loop -> {
                    Desk desk = floor.desk(loop);
                    for (Desk.Resident r : user == null ? desk.all() : desk.of(user))
                        found.add(new SessionInfo(r.session, List.copyOf(r.rooms.keySet())));
                    return 0;
                })
                .thenApply(_ -> newest(found, before, limit));
    }

    private static List<SessionInfo> newest(Collection<SessionInfo> found, @Nullable SessionAge before, int limit) {
        List<SessionInfo> sorted = found.stream()
                .filter(info -> before == null || age(info).compareTo(before) < 0)
                .sorted(Comparator.comparing(Census::age))
                .toList();
        return sorted.subList(Math.max(0, sorted.size() - limit), sorted.size());
    }

    private static SessionAge age(SessionInfo info) {
        return new SessionAge(info.session().connectedMillis(), info.session().id());
    }
}
