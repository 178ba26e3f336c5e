package earshot.engine.prometheus;

import com.sun.management.UnixOperatingSystemMXBean;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What this process costs, under the names that Prometheus' own clients use. */
final class ProcessNumbers {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";
    private static final double MILLIS = 1e3;
    private static final double NANOS = 1e9;

    private final String version;

    ProcessNumbers(String version) {
        this.version = version;
    }

    List<MetricSnapshot> snapshots() {
        List<MetricSnapshot> all = new ArrayList<>();
        var runtime = ManagementFactory.getRuntimeMXBean();
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        all.add(gauge("process_start_time_seconds", "Unix time of the start.", runtime.getStartTime() / MILLIS));
        all.add(gauge("earshot_uptime_seconds", "Time since the start.", runtime.getUptime() / MILLIS));
        all.add(gauge("process_resident_memory_bytes", "Memory that the process holds.", residentBytes()));
        all.add(gauge("earshot_heap_used_bytes", "Heap in use.", heap.getUsed()));
        all.add(gauge("earshot_heap_committed_bytes", "Heap taken from the system.", heap.getCommitted()));
        all.add(gauge("earshot_heap_max_bytes", "Heap that may be taken.", Math.max(0, heap.getMax())));
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            all.add(cpu(system.getProcessCpuTime() / NANOS));
            all.add(gauge("process_open_fds", "Open file descriptors.", openDescriptors(system)));
            all.add(gauge("process_max_fds", "File descriptors that may be open.", system.getMaxFileDescriptorCount()));
        }
        all.add(pauses());
        all.add(build());
        return all;
    }

    /** The JDK opens a directory to count them: when there is none left it throws an error, and all are open. */
    private static long openDescriptors(UnixOperatingSystemMXBean system) {
        try {
            return system.getOpenFileDescriptorCount();
        } catch (InternalError e) {
            return system.getMaxFileDescriptorCount();
        }
    }

    private static MetricSnapshot gauge(String name, String help, long value) {
        return gauge(name, help, (double) value);
    }

    private static MetricSnapshot gauge(String name, String help, double value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
                .build();
    }

    private static MetricSnapshot cpu(double seconds) {
        return CounterSnapshot.builder()
                .name("process_cpu_seconds")
                .help("CPU time used, user and system.")
                .dataPoint(CounterDataPointSnapshot.builder()
                        .value(Math.max(0, seconds))
                        .build())
                .build();
    }

    private static MetricSnapshot pauses() {
        SummarySnapshot.Builder pauses =
                SummarySnapshot.builder().name("jvm_gc_collection_seconds").help("Time in garbage collections.");
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            pauses.dataPoint(SummaryDataPointSnapshot.builder()
                    .labels(Labels.of("gc", collector.getName()))
                    .count(Math.max(0, collector.getCollectionCount()))
                    .sum(Math.max(0, collector.getCollectionTime()) / MILLIS)
                    .build());
        }
        return pauses.build();
    }

    private MetricSnapshot build() {
        Labels labels = Labels.of("version", version, "java", Runtime.version().toString());
        return InfoSnapshot.builder()
                .name("earshot_build")
                .help("Which build runs on which Java.")
                .dataPoint(InfoDataPointSnapshot.builder().labels(labels).build())
                .build();
    }

    /** 0 where the system does not tell. */
    private static long residentBytes() {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(RESIDENT))
                    return Long.parseLong(line.substring(RESIDENT.length())
                                    .replace("kB", "")
                                    .strip())
                            << 10;
            }
        } catch (IOException _) {
            // Not Linux.
        }
        return 0;
    }
}
