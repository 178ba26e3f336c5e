package earshot.engine.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.telemetry.CustomNumbers;
import earshot.core.telemetry.MemoryMeter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PrometheusPageTest {
    /** A sample of the text format: name, labels, value. */
    private static final Pattern SAMPLE = Pattern.compile(
            "[a-zA-Z_:][a-zA-Z0-9_:]*(\\{[a-zA-Z_][a-zA-Z0-9_]*=\"(\\\\.|[^\"\\\\])*\"(,[a-zA-Z_][a-zA-Z0-9_]*=\"(\\\\.|[^\"\\\\])*\")*,?})?"
                    + " [-+]?(Inf|NaN|[0-9.eE+-]+)");

    private final MemoryMeter meter = new MemoryMeter();
    private final CustomNumbers custom = new CustomNumbers(Clock.SYSTEM);
    private final PrometheusPage page = new PrometheusPage(meter, custom, "0.1.0-test");

    @Test
    void everyMetric_withAValue_hasHelpTypeAndSamples() {
        for (Metric metric : Metric.values()) touch(metric);
        List<String> lines = lines(null);
        for (Metric metric : Metric.values()) {
            String name = metric.exportName();
            assertThat(lines).contains("# TYPE " + name + " " + type(metric));
            assertThat(lines).anyMatch(line -> line.startsWith("# HELP " + name + " "));
            String sample = metric.kind() == Metric.Kind.HISTOGRAM ? name + "_count" : name;
            assertThat(lines).as(name).anyMatch(line -> line.startsWith(sample + " ") || line.startsWith(sample + "{"));
        }
    }

    @Test
    void everyLine_isACommentOrASample() {
        for (Metric metric : Metric.values()) touch(metric);
        assertThat(lines(null))
                .allMatch(line -> line.startsWith("# ") || SAMPLE.matcher(line).matches());
    }

    @Test
    void labels_withQuotesAndNewlines_stayOneSample() {
        meter.add(Metric.CONNECTIONS_TOTAL, 3, "waddle", "a\"b\\c\nd");
        assertThat(lines(null))
                .contains("websocket_connections_total{dialect=\"waddle\",tenant=\"a\\\"b\\\\c\\nd\"} 3.0");
    }

    @Test
    void tenants_beyondTheBound_areOneSeries() {
        for (int i = 0; i < 1_000; i++) meter.move(Metric.CONNECTIONS_ACTIVE, 1, "waddle", "tenant-" + i);
        List<String> series = lines(null).stream()
                .filter(line -> line.startsWith("websocket_active_connections{"))
                .toList();
        assertThat(series).hasSizeLessThanOrEqualTo(102);
        assertThat(series).anyMatch(line -> line.contains("other"));
        assertThat(series.stream()
                        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                        .sum())
                .isEqualTo(1_000);
    }

    @Test
    void numbersOfTheProduct_areShownBesideOurs() {
        var labels = new TreeMap<>(Map.of("plan", "free \"and\" easy"));
        custom.apply(List.of(
                new CustomNumbers.Change(CustomNumbers.Kind.COUNTER, "orders", labels, "Orders placed.", 3, false),
                new CustomNumbers.Change(CustomNumbers.Kind.GAUGE, "depth", new TreeMap<>(), null, 1.5, true)));
        assertThat(lines(null))
                .contains("# HELP custom_orders_total Orders placed.", "# TYPE custom_orders_total counter")
                .contains("custom_orders_total{plan=\"free \\\"and\\\" easy\"} 3.0")
                .contains("# TYPE custom_depth gauge", "custom_depth 1.5");
    }

    @Test
    void histogram_inSeconds_addsUpItsBuckets() {
        meter.observe(Metric.APPEND_LATENCY, 2_000_000);
        meter.observe(Metric.APPEND_LATENCY, 40_000_000);
        assertThat(lines(null))
                .contains("earshot_append_seconds_bucket{le=\"0.001\"} 0")
                .contains("earshot_append_seconds_bucket{le=\"0.0025\"} 1")
                .contains("earshot_append_seconds_bucket{le=\"0.05\"} 2")
                .contains("earshot_append_seconds_bucket{le=\"+Inf\"} 2")
                .contains("earshot_append_seconds_sum 0.042");
    }

    @Test
    void histogram_inMilliseconds_hasItsBoundsInThem() {
        meter.observe(Metric.DELIVERY_LATENCY, 2_000_000);
        assertThat(lines(null))
                .contains("websocket_message_latency_ms_bucket{le=\"1.0\"} 0")
                .contains("websocket_message_latency_ms_bucket{le=\"2.5\"} 1");
    }

    @Test
    void process_isTold() {
        String text = String.join("\n", lines(null));
        assertThat(text)
                .contains("process_cpu_seconds_total ")
                .contains("process_resident_memory_bytes ")
                .contains("process_open_fds ")
                .contains("earshot_uptime_seconds ")
                .contains("jvm_gc_collection_seconds_count{")
                .contains("earshot_build_info{")
                .contains("version=\"0.1.0-test\"");
    }

    @Test
    void accept_openMetrics_getsItWithItsEnd() {
        PrometheusPage.Page open = page.render("application/openmetrics-text; version=1.0.0, text/plain;q=0.5");
        assertThat(open.contentType()).startsWith("application/openmetrics-text");
        assertThat(new String(open.body(), StandardCharsets.UTF_8)).endsWith("# EOF\n");
        assertThat(page.render("text/plain").contentType()).startsWith("text/plain; version=0.0.4");
        assertThat(page.render(null).contentType()).startsWith("text/plain; version=0.0.4");
    }

    private void touch(Metric metric) {
        if (metric.kind() == Metric.Kind.HISTOGRAM) meter.observe(metric, 1_000);
        else
            switch (metric.labels().size()) {
                case 0 -> meter.add(metric, 1);
                case 1 -> meter.add(metric, 1, "a");
                default -> meter.add(metric, 1, "a", "b");
            }
    }

    private static String type(Metric metric) {
        return switch (metric.kind()) {
            case COUNTER -> "counter";
            case GAUGE -> "gauge";
            case HISTOGRAM -> "histogram";
        };
    }

    private List<String> lines(String accept) {
        return new String(page.render(accept).body(), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }
}
