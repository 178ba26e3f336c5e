package earshot.engine.prometheus;

import earshot.core.telemetry.CustomNumbers;
import earshot.core.telemetry.MemoryMeter;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The page that Prometheus scrapes: every number of a {@link MemoryMeter}, those of the product, and what the process costs, in the text format 0.0.4, or as OpenMetrics
 * for those who accept it. Thread-safe; reads files of the system, so not for a loop.
 */
public final class PrometheusPage {
    private static final String OPEN_METRICS = "application/openmetrics-text";

    private final MemoryMeter meter;
    private final CustomNumbers custom;
    private final ProcessNumbers process;
    private final ExpositionFormatWriter plain = PrometheusTextFormatWriter.create();
    private final ExpositionFormatWriter openMetrics = OpenMetricsTextFormatWriter.create();

    /**
     * @param custom numbers of the product's own, shown as {@code custom_…}
     * @param version of this build, for {@code earshot_build_info}
     */
    public PrometheusPage(MemoryMeter meter, CustomNumbers custom, String version) {
        this.meter = meter;
        this.custom = custom;
        this.process = new ProcessNumbers(version);
    }

    /** @param accept the request's header; null when there is none */
    public Page render(@Nullable String accept) {
        ExpositionFormatWriter writer = accept != null && accept.contains(OPEN_METRICS) ? openMetrics : plain;
        ByteArrayOutputStream out = new ByteArrayOutputStream(16 << 10);
        try {
            writer.write(out, new MetricSnapshots(snapshots()));
        } catch (IOException e) {
            throw new UncheckedIOException("a byte array cannot fail", e);
        }
        return new Page(writer.getContentType(), out.toByteArray());
    }

    private List<MetricSnapshot> snapshots() {
        List<MetricSnapshot> all = new ArrayList<>();
        for (MemoryMeter.Family family : meter.snapshot()) all.add(Families.of(family));
        for (CustomNumbers.Family family : custom.snapshot()) all.add(Families.of(family));
        all.addAll(process.snapshots());
        return all;
    }

    /** @param contentType with version and charset, as Prometheus expects it */
    public record Page(String contentType, byte[] body) {}
}
