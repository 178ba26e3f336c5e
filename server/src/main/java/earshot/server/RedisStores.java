package earshot.server;

import earshot.core.records.RecordCache;
import earshot.core.records.SharedRecords;
import earshot.core.session.UserBook;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.core.usage.UsageArchive;
import earshot.dialect.threadkit.SharedSites;
import earshot.dialect.threadkit.SharedUsers;
import earshot.dialect.threadkit.Sites;
import earshot.dialect.threadkit.ThreadkitDialect;
import earshot.engine.redis.RedisLink;
import earshot.engine.redis.RedisRecords;
import earshot.engine.redis.RedisUsageBook;
import earshot.engine.redis.RedisUserBook;
import java.time.Duration;
import java.util.Map;

/**
 * What several nodes share beside rooms: sites, users and what tenants use. One for each node; thread-safe.
 *
 * <p>How long a node remembers: sites for ten seconds, users for five, what is not there for a moment; and while Redis does not answer, what it
 * said in the last five minutes, which is how long the product's HTTP server itself remembers a site's key.
 */
final class RedisStores {
    private static final Duration WITHOUT_REDIS = Duration.ofMinutes(5);
    private static final RecordCache.Terms SITES =
            new RecordCache.Terms(10_000, Duration.ofSeconds(10), Duration.ofSeconds(3), WITHOUT_REDIS);
    private static final RecordCache.Terms USERS =
            new RecordCache.Terms(20_000, Duration.ofSeconds(5), Duration.ofSeconds(1), WITHOUT_REDIS);

    private final RedisLink link;
    private final SharedRecords records;
    private final Clock clock;
    private final Meter meter;

    RedisStores(RedisLink link, Clock clock, Meter meter) {
        this.link = link;
        this.records = new RedisRecords(link);
        this.clock = clock;
        this.meter = meter;
    }

    /** Those of the configuration, which count without asking anybody, and those of Redis. */
    Sites sites(ConfiguredSites configured) {
        return configured.or(new SharedSites(records, SITES, clock, meter));
    }

    /** threadkit's users are where its HTTP server has them; others are under our prefix. */
    UserBook users() {
        return new RealmUsers(
                Map.of(ThreadkitDialect.NAME, new SharedUsers(records, USERS, clock, meter)),
                new RedisUserBook(link, USERS, clock, meter));
    }

    /**
     * Hours of all nodes in Redis. Each node archives all of them: to do it on several, into one archive or one each, changes nothing.
     *
     * @param archive the node's own, or one that all share
     */
    Storage.UsageStore usage(Duration hoursKept, UsageArchive archive) {
        return new Storage.UsageStore(new RedisUsageBook(link, hoursKept, clock, meter), archive, hoursKept);
    }
}
