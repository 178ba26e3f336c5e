package earshot.server.status;

import earshot.core.telemetry.MemoryMeter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.graphwiz.GraphwizDialect;
import earshot.dialect.graphwiz.Numbers;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The performance report of seed 003, to the letter: numbers of the graphwiz dialect on this node, as text or with more of them as JSON
 * (protocols/graphwiz.md section 13.1). Thread-safe.
 */
public final class PerformanceReport {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final GraphwizDialect dialect;
    private final MemoryMeter meter;
    private final Clock clock;
    private final long startedNanos;

    public PerformanceReport(GraphwizDialect dialect, MemoryMeter meter, Clock clock) {
        this.dialect = dialect;
        this.meter = meter;
        this.clock = clock;
        this.startedNanos = clock.nanos();
    }

    /** Whether a request of {@code /metrics} asks for it by name. */
    static boolean isAsked(HttpRequest request) {
        return request.queryParam("format").filter("report"::equals).isPresent();
    }

    HttpResponse answer(HttpRequest request) {
        boolean wantsJson = request.header("accept").orElse("").contains("application/json");
        return wantsJson ? HttpResponse.json(200, json().toString()) : HttpResponse.text(200, text());
    }

    private String text() {
        Numbers numbers = dialect.numbers();
        Numbers.Latency latency = numbers.latency();
        return """
                === Performance Report ===
                Uptime: %ds
                Connections: %d active / %d total (%d errors)
                Messages: %d sent / %d received (%d errors)
                Bytes: %d sent / %d received
                Active Rooms: %d
                Latency: avg=%dms, p99=%dms
                ========================
                """.formatted(
                        uptimeSeconds(),
                        numbers.connections(),
                        numbers.connectionsAccepted(),
                        numbers.connectionErrors(),
                        of(Metric.DELIVERIES),
                        of(Metric.MESSAGES_RECEIVED),
                        messageErrors(),
                        of(Metric.BYTES_SENT),
                        of(Metric.BYTES_RECEIVED),
                        dialect.activeRooms(),
                        millis(latency.averageNanos()),
                        millis(latency.p99Nanos()));
    }

    private ObjectNode json() {
        Numbers numbers = dialect.numbers();
        Numbers.Latency latency = numbers.latency();
        ObjectNode body = JSON.createObjectNode()
                .put("report", text())
                .put("timestamp", Instant.ofEpochMilli(clock.millis()).toString());
        ObjectNode metrics = body.putObject("metrics").put("uptime_seconds", uptimeSeconds());
        metrics.putObject("connections")
                .put("active", numbers.connections())
                .put("total", numbers.connectionsAccepted())
                .put("errors", numbers.connectionErrors());
        metrics.putObject("messages")
                .put("sent", of(Metric.DELIVERIES))
                .put("received", of(Metric.MESSAGES_RECEIVED))
                .put("errors", messageErrors());
        metrics.putObject("bytes").put("sent", of(Metric.BYTES_SENT)).put("received", of(Metric.BYTES_RECEIVED));
        metrics.put("active_rooms", dialect.activeRooms());
        metrics.putObject("rate_limits")
                .put("handshakes_blocked", meter.valueOf(Metric.LIMITS, "graphwiz.handshakes"))
                .put("messages_dropped", of(Metric.RATE_LIMITED));
        metrics.putObject("latency_ms")
                .put("avg", latency.averageNanos() / 1e6)
                .put("p50", latency.p50Nanos() / 1e6)
                .put("p99", latency.p99Nanos() / 1e6);
        return body;
    }

    private long uptimeSeconds() {
        return TimeUnit.NANOSECONDS.toSeconds(clock.nanos() - startedNanos);
    }

    /** Malformed, undeliverable, and over their rate. */
    private long messageErrors() {
        return dialect.numbers().messageErrors() + of(Metric.RATE_LIMITED);
    }

    private long of(Metric metric) {
        return meter.valueOf(metric, GraphwizDialect.NAME);
    }

    private static long millis(long nanos) {
        return Math.round(nanos / 1e6);
    }
}
