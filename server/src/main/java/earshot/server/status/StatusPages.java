package earshot.server.status;

import com.sun.management.UnixOperatingSystemMXBean;
import earshot.core.Node;
import earshot.core.telemetry.MemoryMeter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.HttpRoute;
import earshot.server.api.ApiGuard;
import earshot.server.api.Scope;
import java.lang.management.ManagementFactory;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Health, statistics and metrics (DECISIONS 6, 7; bodies as protocols/summit.md section 11 has them). Thread-safe; never blocks.
 */
public final class StatusPages {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STATUS_HEALTHY = "healthy";
    private static final String STATUS_UNHEALTHY = "unhealthy";

    private final Parts parts;
    private final long startedNanos;

    /**
     * Where the numbers are.
     *
     * @param ready whether new sessions are taken
     * @param draining whether the node is on its way out; its state is not changed by that (DECISIONS 6)
     * @param database what the history engine says of itself
     * @param redis how the Redis is that it shares with other nodes; null: it is alone
     * @param metricsPage the text for Prometheus
     * @param profile other defaults than the documented ones, by name; empty: none
     * @param publicStatus see {@code api.public-status}
     * @param report of graphwiz; null: it is off
     * @param graphwizOnly whether it is what {@code /metrics} says to who asks for nothing in particular
     * @param threadkitOnly whether {@code /metrics} is threadkit's, as its original had it
     */
    public record Parts(
            Node node,
            MemoryMeter meter,
            BooleanSupplier ready,
            BooleanSupplier draining,
            Supplier<DatabaseHealth> database,
            Supplier<@Nullable RedisHealth> redis,
            MetricsPage metricsPage,
            ApiGuard guard,
            Clock clock,
            String nodeId,
            String profile,
            boolean rateLimiting,
            boolean publicStatus,
            boolean threadkitOnly,
            @Nullable PerformanceReport report,
            boolean graphwizOnly) {}

    /**
     * @param connected whether the log can be written
     * @param kind sqlite or memory
     * @param durability in the configuration's word
     */
    public record DatabaseHealth(boolean connected, String kind, String durability) {}

    /**
     * @param latencyMillis of the last answer
     * @param longAway for longer than an operator wants to bear
     * @param nodes that share it and are alive, this one included
     */
    public record RedisHealth(boolean connected, double latencyMillis, boolean longAway, int nodes) {}

    public StatusPages(Parts parts) {
        this.parts = parts;
        this.startedNanos = parts.clock().nanos();
    }

    public List<HttpRoute> routes() {
        return List.of(
                get("/health", this::health),
                get("/api/v1/health", this::health),
                get("/health/ready", _ -> done(ready())),
                get("/health/live", _ -> done(json(200, object().put("alive", true)))),
                get("/stats", request -> guarded(request, this::stats)),
                get("/metrics", request -> guarded(request, () -> metrics(request))),
                get(
                        "/metrics/prometheus",
                        request -> guarded(
                                request,
                                () -> parts.metricsPage()
                                        .answer(request.header("accept").orElse("")))),
                get("/threadkit/metrics", request -> guarded(request, () -> done(threadkitMetrics()))));
    }

    private static HttpRoute get(String path, HttpRoute.Handler handler) {
        return new HttpRoute("GET", path, 0, handler);
    }

    private CompletionStage<HttpResponse> guarded(HttpRequest request, Supplier<CompletionStage<HttpResponse>> page) {
        @Nullable
        HttpResponse refusal = parts.publicStatus() ? null : parts.guard().refusal(request, Scope.STATS_READ);
        return refusal == null ? page.get() : done(refusal);
    }

    private CompletionStage<HttpResponse> health(HttpRequest request) {
        String state = state();
        if (isPlainTextOnly(request)) return done(HttpResponse.text(200, "ok"));
        ObjectNode body = object().put("status", state)
                .put("timestamp", parts.clock().millis())
                .put("uptime", (parts.clock().nanos() - startedNanos) / 1_000_000);
        if (parts.draining().getAsBoolean()) body.put("draining", true);
        if (!parts.profile().isEmpty()) body.put("profile", parts.profile());
        body.set("connections", connections());
        RedisHealth redis = parts.redis().get();
        if (redis != null) body.set("redis", redis(redis));
        body.set("memory", memory());
        DatabaseHealth database = parts.database().get();
        body.putObject("database")
                .put("connected", database.connected())
                .put("type", database.kind())
                .put("durability", database.durability());
        body.putObject("rate_limiting").put("enabled", parts.rateLimiting());
        return done(json(state.equals(STATUS_UNHEALTHY) ? 503 : 200, body));
    }

    private static ObjectNode redis(RedisHealth redis) {
        ObjectNode body = object().put("connected", redis.connected());
        if (redis.connected()) body.put("latency", Math.round(redis.latencyMillis() * 100) / 100.0);
        return body.put("nodes", redis.nodes());
    }

    /** {@code Accept: text/plain} and nothing else: threadkit's original answers so. */
    private static boolean isPlainTextOnly(HttpRequest request) {
        String accept = request.header("accept").orElse("");
        return accept.startsWith("text/plain") && !accept.contains(",");
    }

    private String state() {
        RedisHealth redis = parts.redis().get();
        if (redis != null && redis.longAway()) return STATUS_UNHEALTHY;
        if (redis != null && !redis.connected()) return "degraded";
        // Without its disk a node refuses what must be kept, and serves the rest: taking it out would end that, too.
        return !parts.database().get().connected() || percentOfHeap() > 90 ? "degraded" : STATUS_HEALTHY;
    }

    private HttpResponse ready() {
        boolean ready = parts.ready().getAsBoolean();
        return json(ready ? 200 : 503, object().put("ready", ready));
    }

    private static double percentOfHeap() {
        Runtime runtime = Runtime.getRuntime();
        long used = runtime.totalMemory() - runtime.freeMemory();
        return Math.round(used * 10_000.0 / runtime.maxMemory()) / 100.0;
    }

    private static ObjectNode memory() {
        Runtime runtime = Runtime.getRuntime();
        return object().put("used", runtime.totalMemory() - runtime.freeMemory())
                .put("total", runtime.maxMemory())
                .put("percentage", percentOfHeap());
    }

    private ObjectNode connections() {
        ObjectNode body = object();
        ObjectNode byTenant = object();
        long total = 0;
        for (Map.Entry<String, Long> entry :
                byLabel(Metric.CONNECTIONS_ACTIVE, 1).entrySet()) {
            total += entry.getValue();
            if (entry.getValue() > 0 && !entry.getKey().isEmpty()) byTenant.put(entry.getKey(), entry.getValue());
        }
        body.put("total", total);
        body.set("byTenant", byTenant);
        return body;
    }

    /** Sums of a number's samples, by the value of one of its labels. */
    private Map<String, Long> byLabel(Metric metric, int label) {
        Map<String, Long> sums = new TreeMap<>();
        for (MemoryMeter.Family family : parts.meter().snapshot()) {
            if (family.metric() != metric) continue;
            for (MemoryMeter.Sample sample : family.samples())
                sums.merge(sample.labels().get(label), sample.value(), Long::sum);
        }
        return sums;
    }

    private CompletionStage<HttpResponse> stats() {
        return parts.node().rooms().thenApply(rooms -> {
            ObjectNode body = object();
            ObjectNode connections = connections();
            ObjectNode byStatus = connections.putObject("byStatus");
            // Who is connected and chose nothing, in summit or elsewhere, is online.
            Map<String, Long> chosen = byLabel(Metric.ACTIVE_PRESENCE, 1);
            long others = 0;
            for (String status : List.of("away", "busy", "offline")) others += chosen.getOrDefault(status, 0L);
            byStatus.put("online", Math.max(0, connections.path("total").asLong() - others));
            for (String status : List.of("away", "busy", "offline"))
                byStatus.put(status, chosen.getOrDefault(status, 0L));
            body.set("connections", connections);
            body.set("rooms", rooms(rooms));
            body.putObject("clustering")
                    .put("enabled", parts.redis().get() != null)
                    .put("nodeId", parts.nodeId());
            return json(200, body);
        });
    }

    private static ObjectNode rooms(List<Node.RoomInfo> rooms) {
        long subscriptions = rooms.stream().mapToLong(Node.RoomInfo::sessions).sum();
        ObjectNode body = object().put("totalRooms", rooms.size())
                .put("totalSubscriptions", subscriptions)
                .put("avgSubscriptionsPerRoom", rooms.isEmpty() ? 0.0 : (double) subscriptions / rooms.size());
        rooms.stream()
                .max(Comparator.comparingInt(Node.RoomInfo::sessions))
                .ifPresentOrElse(
                        largest -> body.putObject("largestRoom")
                                .put("room", qualified(largest))
                                .put("size", largest.sessions()),
                        () -> body.putNull("largestRoom"));
        ObjectNode fullest = body.putObject("largestByRealm");
        Map<String, Node.RoomInfo> byRealm = new LinkedHashMap<>();
        for (Node.RoomInfo room : rooms)
            byRealm.merge(room.room().realm(), room, (a, b) -> a.sessions() >= b.sessions() ? a : b);
        byRealm.forEach((realm, room) -> fullest.put(realm, room.sessions()));
        return body;
    }

    private static String qualified(Node.RoomInfo info) {
        String tenant = info.room().tenant();
        return tenant.isEmpty()
                ? info.room().name()
                : tenant + ":" + info.room().name();
    }

    private CompletionStage<HttpResponse> metrics(HttpRequest request) {
        String accept = request.header("accept").orElse("");
        PerformanceReport report = parts.report();
        if (report != null && (PerformanceReport.isAsked(request) || (parts.graphwizOnly() && !isPrometheus(accept))))
            return done(report.answer(request));
        boolean wantsJson = accept.contains("application/json") && !accept.contains("text/plain");
        return parts.threadkitOnly() && wantsJson
                ? done(threadkitMetrics())
                : parts.metricsPage().answer(accept);
    }

    private static boolean isPrometheus(String accept) {
        return accept.contains("openmetrics") || accept.contains("version=0.0.4");
    }

    /** protocols/threadkit.md section 1; without Redis there are no batches. */
    private HttpResponse threadkitMetrics() {
        String dialect = "threadkit";
        return json(
                200,
                object().put("active_connections", of(Metric.CONNECTIONS_ACTIVE, dialect))
                        .put("total_connections", of(Metric.CONNECTIONS_TOTAL, dialect))
                        .put("messages_received", of(Metric.MESSAGES_RECEIVED, dialect))
                        .put("messages_sent", of(Metric.DELIVERIES, dialect))
                        .put("batcher_flushes", sum(Metric.REDIS_ROUND_TRIPS))
                        .put("batcher_writes_batched", of(Metric.REDIS_ASKED, "write"))
                        .put("batcher_reads_batched", of(Metric.REDIS_ASKED, "read"))
                        .put("page_channels", of(Metric.ROOMS_ACTIVE, dialect)));
    }

    private long sum(Metric metric) {
        return parts.meter().value(metric);
    }

    private long of(Metric metric, String label) {
        return byLabel(metric, 0).getOrDefault(label, 0L);
    }

    /** Open and allowed file descriptors; empty where the system does not say. */
    public static List<Long> descriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? List.of(unix.getOpenFileDescriptorCount(), unix.getMaxFileDescriptorCount())
                : List.of();
    }

    private static ObjectNode object() {
        return JSON.createObjectNode();
    }

    private static HttpResponse json(int status, ObjectNode body) {
        return HttpResponse.json(status, body.toString()).with("cache-control", "no-store");
    }

    private static CompletionStage<HttpResponse> done(HttpResponse response) {
        return CompletableFuture.completedStage(response);
    }
}
