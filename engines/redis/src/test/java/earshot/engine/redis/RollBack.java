package earshot.engine.redis;

import earshot.core.message.RoomId;
import earshot.engine.redis.testkit.RedisServer;
import java.util.ArrayList;
import java.util.List;

/** Makes a log as it was some entries ago, posts only, behind everybody's back. */
public final class RollBack {
    private static final Partitions PARTITIONS = new Partitions("earshot:");

    private RollBack() {}

    public static void loseNewest(RedisServer server, RoomId room, int entries) {
        String log = PARTITIONS.key("log", room);
        List<?> all = (List<?>) server.askFor("XRANGE", log, "-", "+");
        int left = all.size() - entries;
        String last = (String) ((List<?>) all.get(left - 1)).getFirst();
        List<String> places = new ArrayList<>();
        for (Object entry : all.subList(0, left)) places.add((String) ((List<?>) entry).getFirst());
        List<?> ids = (List<?>) server.askFor("HGETALL", PARTITIONS.key("ids", room));
        for (int i = 0; i < ids.size(); i += 2)
            if (!places.contains((String) ids.get(i + 1)))
                server.ask("HDEL", PARTITIONS.key("ids", room), (String) ids.get(i));
        for (int i = left; i < all.size(); i++) server.ask("XDEL", log, (String) ((List<?>) all.get(i)).getFirst());
        server.ask("XSETID", log, last);
    }
}
