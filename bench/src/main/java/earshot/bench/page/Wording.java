package earshot.bench.page;

import earshot.bench.load.LoadPlan;
import earshot.bench.load.LoadResult;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Plans and outcomes in words. Without state. */
public final class Wording {
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Wording() {}

    public static String when(Instant instant) {
        return MINUTE.format(instant);
    }

    /** The one sentence that matters. */
    static String verdict(LoadResult result) {
        LoadResult.Checks checks = result.checks();
        String counts = String.format(
                Locale.ROOT,
                "%,d lost, %,d doubled, %,d reordered of %,d checked deliveries",
                checks.lost(),
                checks.doubled(),
                checks.reordered(),
                checks.expected());
        if (result.isFine()) return checks.expected() == 0 ? "Everybody got in; nothing was said." : counts + ".";
        long failed = result.connects().failed();
        String refused = failed == 0 ? "" : String.format(Locale.ROOT, "; %,d connections failed", failed);
        return "Broken: " + counts + refused + ".";
    }

    static String crowd(LoadPlan plan) {
        int connections = plan.crowd().connections();
        int rooms = plan.crowd().rooms();
        String members = String.format(Locale.ROOT, "%,d connection%s", connections, connections == 1 ? "" : "s");
        return members + " in " + (rooms == 1 ? "one room" : String.format(Locale.ROOT, "%,d rooms", rooms));
    }

    static String traffic(LoadPlan plan) {
        LoadPlan.Pace pace = plan.traffic().pace();
        return switch (pace.kind()) {
            case IDLE -> "nothing is said";
            case RATE -> "open loop, " + pace + " over all rooms";
            case WINDOW -> "closed loop, " + pace + " over all rooms";
        };
    }

    /** Some servers do not say their version, or what they keep. */
    static String server(LoadResult.Server server) {
        String version = server.version().isEmpty() ? "of unknown version" : server.version();
        return server.history().isEmpty() ? version : version + ", history: " + server.history();
    }

    static String timing(LoadPlan plan) {
        return seconds(plan.timing().warmUp()) + " and " + seconds(plan.timing().measured());
    }

    private static String seconds(Duration duration) {
        return Numbers.compact(duration.toMillis() / 1000.0) + " s";
    }
}
