package earshot.engine.redis;

import earshot.core.usage.Tenant;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Under which keys usage is kept: those of seed 000 for its own realm, {@code threadkit:stats:{site}:messages:2026112118}, and the same shape
 * under our prefix for the others. What the seed writes in braces are its names for parts, not braces of the key.
 */
final class UsageKeys {
    /** The realm whose keys the seed names. */
    private static final String SEEDS_REALM = "threadkit";

    private static final DateTimeFormatter HOUR =
            DateTimeFormatter.ofPattern("yyyyMMddHH", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyyMMdd", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final String prefix;

    UsageKeys(String prefix) {
        this.prefix = prefix;
    }

    String messages(Tenant tenant, long hour) {
        return key(tenant, "messages", hour);
    }

    String users(Tenant tenant, long hour) {
        return key(tenant, "users", hour);
    }

    String connections(Tenant tenant, long hour) {
        return key(tenant, "connections", hour);
    }

    private String key(Tenant tenant, String what, long hour) {
        String whose = tenant.realm().equals(SEEDS_REALM)
                ? SEEDS_REALM + ":stats:" + tenant.name()
                : prefix + "stats:" + tenant.realm() + ":" + tenant.name();
        return whose + ":" + what + ":" + HOUR.format(Instant.ofEpochSecond(hour * 3600));
    }

    /** The tenants of a day, as {@code realm/name}: keys cannot be listed without looking at all of them. */
    String tenants(long day) {
        return prefix + "stats:tenants:" + DAY.format(Instant.ofEpochSecond(day * 86_400));
    }

    static String member(Tenant tenant) {
        return tenant.realm() + "/" + tenant.name();
    }

    static Tenant tenant(String member) {
        int slash = member.indexOf('/');
        return new Tenant(member.substring(0, slash), member.substring(slash + 1));
    }
}
