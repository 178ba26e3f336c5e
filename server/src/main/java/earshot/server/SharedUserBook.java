package earshot.server;

import earshot.core.message.Profile;
import earshot.core.message.UserId;
import earshot.core.session.UserBook;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.engine.redis.RedisLink;
import earshot.engine.sql.postgres.PostgresArchive;
import earshot.server.config.ServerConfig;
import java.util.concurrent.CompletionException;

/** The users that nodes share, in Redis and in the PostgreSQL behind it, for a command that is no node. Blocks. */
public final class SharedUserBook implements AutoCloseable {
    private final OpenParts open;
    private final UserBook users;

    private SharedUserBook(ServerConfig config, OpenParts open) {
        this.open = open;
        RedisLink link = SharedRedis.connect(config, Clock.SYSTEM, Meter.NONE);
        open.add(link::close);
        PostgresArchive behind = SharedRedis.behind(config, Clock.SYSTEM, Meter.NONE);
        if (behind != null) open.add(behind::close);
        this.users = SharedRedis.users(link, behind, Clock.SYSTEM, Meter.NONE);
    }

    /** Throws {@link StartFailure} when one of them does not answer. */
    public static SharedUserBook open(ServerConfig config) {
        OpenParts open = new OpenParts();
        try {
            return new SharedUserBook(config, open);
        } catch (RuntimeException e) {
            open.close();
            throw e;
        }
    }

    /** Names a user and leaves the rest of the record as it is. False: it was not taken. */
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
        open.close();
    }
}
