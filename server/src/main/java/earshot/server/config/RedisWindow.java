package earshot.server.config;

import earshot.core.history.Retention;
import earshot.core.room.RoomRules;
import java.util.List;

/** Whether what stays in Redis, where there is an archive behind it, is enough to open a room without the archive. */
final class RedisWindow {
    private RedisWindow() {}

    static void warn(ServerConfig config, List<String> warnings) {
        if (config.threadkit().enabled()) {
            var pages = config.threadkit().dialect();
            warn(config, "threadkit.history-count", pages.historyCount(), pages.retention(), warnings);
        }
        if (config.waddle().enabled()) {
            var channels = config.waddle().dialect();
            warn(config, "waddle.history", channels.history(), channels.retention(), warnings);
        }
        if (config.summit().enabled()) {
            var rooms = config.summit().dialect().persistence();
            warn(config, "summit.replay-limit", rooms.window(), rooms.retention(), warnings);
        }
    }

    private static void warn(ServerConfig config, String key, int window, Retention retention, List<String> warnings) {
        int needed = RoomRules.atHand(window, retention);
        if (!retention.durable() || config.redis().keepMessages() >= needed) return;
        warnings.add("redis.keep-messages: " + config.redis().keepMessages() + " is less than the " + needed
                + " that a room reads when it opens, with " + key
                + " as it is: while PostgreSQL is away nobody gets into a room that no node has open; give at least "
                + needed
                + ", or a smaller " + key);
    }
}
