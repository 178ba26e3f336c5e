package earshot.gateway;

import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;

/** Limits that are counted one by one, under their names in the configuration. The whole list is docs/limits.md. */
enum Limit {
    REQUEST_LINE("limits.request-line"),
    HEADERS("limits.headers"),
    HEAD_TIME("limits.handshake-timeout"),
    BODY("body"),
    BUDGET("limits.memory-budget"),
    BODY_TIME("limits.body-timeout"),
    ANSWER_TIME("limits.answer-timeout"),
    SLOW_READER("limits.slow-reader-timeout"),
    HANDSHAKES_WAITING("limits.handshakes-waiting"),
    HANDSHAKE_WAIT("limits.handshake-wait"),
    HANDSHAKE_DECISION("limits.handshake-decision"),
    HANDSHAKE_EARLY("limits.handshake-early"),
    COMMANDS_IN_FLIGHT("limits.commands-in-flight");

    private final String key;

    Limit(String key) {
        this.key = key;
    }

    void exceeded(Meter meter) {
        meter.add(Metric.LIMITS, 1, key);
    }
}
