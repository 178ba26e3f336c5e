package earshot.engine.redis;

import earshot.core.history.Retention;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How much of a room to keep, as the scripts read it: {@code messages:milliseconds:bytes}, 0 for all. Where there is an archive, {@code :messages:milliseconds}
 * behind it say how much of that stays in Redis.
 */
final class Retentions {
    private static final Duration LONGEST = Duration.ofDays(365_000);

    private Retentions() {}

    /** @param archive null: none; rooms that need not last are not archived either */
    static String encode(Retention retention, @Nullable ArchiveSettings archive) {
        String kept =
                limit(retention.maxMessages()) + ":" + millis(retention.maxAge()) + ":" + limit(retention.maxBytes());
        return archive == null || !retention.durable()
                ? kept
                : kept + ":" + archive.keepMessages() + ":" + archive.keepAge().toMillis();
    }

    static boolean isArchived(String kept) {
        return kept.chars().filter(c -> c == ':').count() == 4;
    }

    /** What the whole of a room's history is to be, whose text this is. */
    static Retention decode(String kept) {
        String[] limits = kept.split(":", -1);
        long millis = Long.parseLong(limits[1]);
        return new Retention(
                unlimited(limits[0]),
                millis == 0 ? Retention.FOREVER : Duration.ofMillis(millis),
                unlimited(limits[2]),
                true);
    }

    private static long unlimited(String limit) {
        long value = Long.parseLong(limit);
        return value == 0 ? Retention.UNLIMITED : value;
    }

    private static long limit(long value) {
        return value == Retention.UNLIMITED ? 0 : value;
    }

    private static long millis(Duration age) {
        return age.compareTo(LONGEST) > 0 ? 0 : Math.max(1, age.toMillis());
    }
}
