package earshot.server.config;

import java.time.Duration;

/**
 * What is counted for each tenant.
 *
 * @param hoursKept how long by the hour; days and months are kept in the data directory for long
 */
public record StatisticsSettings(boolean enabled, Duration hoursKept) {
    static final Catalog CATALOG = new Catalog(
            "stats",
            "Messages and users per hour, connections per minute, of each tenant: /v1/stats and the page on /.");

    static final Setting<Boolean> ENABLED = CATALOG.setting(
            "enabled", Kinds.SWITCH, true, "Whether messages, users and connections are counted for each tenant.");
    static final Setting<Duration> HOURS = CATALOG.setting(
            "hours-kept",
            Kinds.duration(Duration.ofDays(1), Duration.ofDays(31)),
            Duration.ofDays(7),
            "How long figures are kept by hour and minute. Whole days are kept for 400 days where there is a data"
                    + " directory, months for good.");

    static StatisticsSettings from(Values values) {
        return new StatisticsSettings(values.of(ENABLED), values.of(HOURS));
    }
}
