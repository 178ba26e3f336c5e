package earshot.server;

import earshot.core.message.Profile;
import earshot.core.message.UserId;
import earshot.core.session.UserBook;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.engine.redis.RedisLink;
import earshot.server.config.ServerConfig;
import java.util.concurrent.CompletionException;

/** The users in a Redis that nodes share, for a command that is no node. Blocks. */
public final class SharedUserBook implements AutoCloseable {
    private final RedisLink link;
    private final UserBook users;

    private SharedUserBook(RedisLink link) {
        this.link = link;
        this.users = SharedRedis.users(link, Clock.SYSTEM, Meter.NONE);
    }

    /** Throws {@link StartFailure} when Redis does not answer. */
    public static SharedUserBook open(ServerConfig config) {
        return new SharedUserBook(SharedRedis.connect(config, Clock.SYSTEM, Meter.NONE));
    }

    /** Names a user and leaves the rest of the record as it is. False: Redis did not take it. */
    public boolean name(UserId user, String name) {
        try {
            Profile known = users.find(user).toCompletableFuture().join().orElseGet(() -> Profile.named(user, name));
            users.put(new Profile(user, name, known.avatarUrl(), known.attributes()))
                    .toCompletableFuture()
                    .join();
            return true;
        } catch (CompletionException _) {
            return false;
        }
    }

    @Override
    public void close() {
        link.close();
    }
}
