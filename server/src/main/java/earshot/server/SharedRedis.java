package earshot.server;

import earshot.core.lease.Leases;
import earshot.core.message.RoomId;
import earshot.core.presence.MemberBook;
import earshot.core.presence.PresenceBoard;
import earshot.core.product.ProductChannels;
import earshot.core.records.RecordCache;
import earshot.core.records.SharedRecords;
import earshot.core.relay.NodeRelay;
import earshot.core.relay.RoomRelay;
import earshot.core.room.RoomAudience;
import earshot.core.session.UserBook;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.core.usage.UsageArchive;
import earshot.dialect.threadkit.PageKeys;
import earshot.dialect.threadkit.SharedSites;
import earshot.dialect.threadkit.SharedUsers;
import earshot.dialect.threadkit.Sites;
import earshot.dialect.threadkit.ThreadkitDialect;
import earshot.engine.redis.ArchiveSettings;
import earshot.engine.redis.NodeSettings;
import earshot.engine.redis.Patience;
import earshot.engine.redis.PresenceMirror;
import earshot.engine.redis.RedisChannels;
import earshot.engine.redis.RedisHistory;
import earshot.engine.redis.RedisLink;
import earshot.engine.redis.RedisNode;
import earshot.engine.redis.RedisRecords;
import earshot.engine.redis.RedisRelay;
import earshot.engine.redis.RedisResumeBook;
import earshot.engine.redis.RedisSettings;
import earshot.engine.redis.RedisUnavailable;
import earshot.engine.redis.RedisUsageBook;
import earshot.engine.redis.RedisUserBook;
import earshot.engine.sql.DatabaseUnusable;
import earshot.engine.sql.SqliteDirectory;
import earshot.engine.sql.postgres.PostgresArchive;
import earshot.engine.sql.postgres.PostgresSettings;
import earshot.server.config.ServerConfig;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What this node has of the Redis that it shares with others: log and book, presence, what passes between nodes, the product's channels and records. Made
 * before all that uses it and closed after. Confined to the thread that wires.
 */
final class SharedRedis {
    /** Short, since a read costs little in a flush that leaves anyway: a revoked key counts ten seconds more. */
    private static final RecordCache.Terms SITES =
            new RecordCache.Terms(10_000, Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofMinutes(5));

    private static final RecordCache.Terms USERS =
            new RecordCache.Terms(100_000, Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMinutes(5));

    private final ServerConfig config;
    private final Clock clock;
    private final Meter meter;
    private final RedisLink link;
    private final RedisNode node;
    private final RedisRelay relay;
    private final SharedRecords records;
    private final PollRelay polls;

    private SharedRedis(ServerConfig config, long incarnation, Clock clock, Meter meter, OpenParts open) {
        this.config = config;
        this.clock = clock;
        this.meter = meter;
        link = connect(config, clock, meter);
        open.add(link::close);
        PresenceMirror pages = config.threadkit().enabled() ? PageKeys::presence : PresenceMirror.NONE;
        node = RedisNode.start(link, nodeSettings(config), pages, clock, new SecureRandom(), meter);
        open.add(node::close);
        relay = new RedisRelay(link, incarnation, meter);
        open.add(relay::close);
        records = new RedisRecords(link);
        polls = new PollRelay(node::living, meter);
        open.add(polls::close);
    }

    /**
     * Blocks until Redis has answered. Throws {@link StartFailure}.
     *
     * @param open what is to be closed later; other nodes hear goodbye then
     */
    static SharedRedis join(ServerConfig config, long incarnation, Clock clock, Meter meter, OpenParts open) {
        try {
            return new SharedRedis(config, incarnation, clock, meter, open);
        } catch (RedisUnavailable e) {
            throw away(config, e);
        }
    }

    /** Blocks until Redis has answered. Throws {@link StartFailure}. */
    static RedisLink connect(ServerConfig config, Clock clock, Meter meter) {
        var settings = config.redis();
        var usual = RedisSettings.of(settings.servers().toArray(String[]::new));
        try {
            return RedisLink.connect(
                    new RedisSettings(
                            settings.servers(),
                            settings.flush(),
                            usual.roundTrips(),
                            settings.timeout(),
                            usual.maxWaiting(),
                            usual.maxWaitingBytes(),
                            usual.linger(),
                            settings.replicas(),
                            new Patience(settings.waitTime(), settings.waitMessages(), settings.waitBytes()),
                            settings.prefix()),
                    clock,
                    meter);
        } catch (IllegalArgumentException e) {
            throw new StartFailure("redis.url: " + config.redis().shown() + ": " + e.getMessage(), e);
        }
    }

    private static StartFailure away(ServerConfig config, RedisUnavailable e) {
        return new StartFailure(
                "Redis cannot be used: " + e.getMessage() + ". Start it, name another with --redis ("
                        + config.redis().shown() + " was asked), or leave it out to run a node that is alone.",
                e);
    }

    private static NodeSettings nodeSettings(ServerConfig config) {
        NodeSettings usual = NodeSettings.of(config.nodeId(), config.redis().advertise());
        return new NodeSettings(
                usual.name(), usual.address(), config.redis().nodeTimeout(), usual.returnWithin(), usual.lookEvery());
    }

    /**
     * Log, book, users and usage of all nodes. Days and months of usage stay in a file of this node's, where it has a data directory. Throws
     * {@link StartFailure}.
     */
    Storage storage(OpenParts open) {
        PostgresArchive behind = behind(config, clock, meter);
        if (behind != null) open.add(behind::close);
        RedisHistory history = history(behind);
        open.add(history::close);
        Duration kept = config.statistics().hoursKept();
        SqliteDirectory directory =
                config.history().data().map(data -> directory(data, kept, open)).orElse(null);
        UsageArchive archive = directory == null ? UsageArchive.NONE : directory.usage();
        return new Storage(
                history,
                history,
                users(link, behind, clock, meter),
                MemberBook.NONE,
                new RedisResumeBook(link),
                new Storage.UsageStore(new RedisUsageBook(link, kept, clock, meter), archive, kept),
                behind == null ? "redis" : "redis and postgresql",
                () -> link.isHealthy() && (behind == null || behind.isHealthy()));
    }

    private RedisHistory history(@Nullable PostgresArchive behind) {
        var settings = config.redis();
        return new RedisHistory(
                link,
                behind == null
                        ? null
                        : new ArchiveSettings(behind, node.leases(), settings.keepMessages(), settings.keepAge()),
                clock,
                meter);
    }

    /** Null: there is none. Blocks; throws {@link StartFailure}. */
    static @Nullable PostgresArchive behind(ServerConfig config, Clock clock, Meter meter) {
        var given = config.postgres();
        if (!given.isOn()) return null;
        var settings = new PostgresSettings(
                given.jdbcUrl(), given.user(), given.password(), given.connections(), given.timeout());
        try {
            return PostgresArchive.open(settings, clock, meter);
        } catch (DatabaseUnusable e) {
            throw new StartFailure(String.valueOf(e.getMessage()), e);
        }
    }

    private SqliteDirectory directory(Path data, Duration kept, OpenParts open) {
        try {
            SqliteDirectory directory = SqliteDirectory.open(data, kept, clock, meter);
            open.add(directory::close);
            return directory;
        } catch (DatabaseUnusable e) {
            throw new StartFailure(String.valueOf(e.getMessage()), e);
        }
    }

    /** @param behind null: users are in Redis alone */
    static UserBook users(RedisLink link, @Nullable PostgresArchive behind, Clock clock, Meter meter) {
        UserBook threadkit = new SharedUsers(new RedisRecords(link), USERS, clock, meter);
        UserBook others = new RedisUserBook(link, USERS, clock, meter);
        UserBook shared = new UsersByRealm(Map.of(ThreadkitDialect.NAME, threadkit), others);
        return behind == null ? shared : new LastingUsers(shared, behind.users(), USERS, clock, meter);
    }

    Sites sites() {
        return new SharedSites(records, SITES, clock, meter);
    }

    PresenceBoard board() {
        return node.board();
    }

    RoomRelay rooms() {
        return relay;
    }

    Leases leases() {
        return node.leases();
    }

    NodeRelay nodes() {
        return relay;
    }

    ProductChannels channels() {
        return new RedisChannels(link);
    }

    /** The same audiences; who types on a page is also kept where the product's own servers look. */
    RoomAudience.Factory mirrored(RoomAudience.Factory audiences) {
        if (!config.threadkit().enabled()) return audiences;
        return node.typingMirror((RoomId room) -> PageKeys.typing(room)).over(audiences);
    }

    RedisLink link() {
        return link;
    }

    /** How many nodes are alive, this one included. */
    int living() {
        return node.living().size();
    }

    /** Asks other nodes for polls that came here. */
    PollRelay polls() {
        return polls;
    }
}
