package earshot.bench.load;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What several generators saw, as one. Immutable. */
record Summary(LoadPlan plan, List<Generator.Report> reports) {
    long opened() {
        return sum(Generator.Report::opened);
    }

    double seconds() {
        return reports.stream()
                .mapToDouble(Generator.Report::measuredSeconds)
                .max()
                .orElse(0);
    }

    /** @param seconds of the first ramp; who came back later came in beside it */
    LoadResult.Connects connects(double seconds) {
        return new LoadResult.Connects(
                opened(),
                sum(Generator.Report::failed),
                seconds,
                seconds == 0 ? 0 : Math.min(opened(), plan.crowd().connections()) / seconds,
                merged(Generator.Report::handshake),
                merged(Generator.Report::ready),
                counts(Generator.Report::failures),
                counts(Generator.Report::closes));
    }

    /** @param cpuSeconds of the server during the measured time; null: not watched */
    LoadResult.Traffic traffic(@Nullable Double cpuSeconds) {
        double seconds = seconds();
        long delivered = sum(Generator.Report::delivered);
        long published = sum(Generator.Report::published);
        return new LoadResult.Traffic(
                seconds,
                published,
                delivered,
                seconds == 0 ? 0 : published / seconds,
                seconds == 0 ? 0 : delivered / seconds,
                cpuSeconds == null || cpuSeconds == 0 ? null : Double.valueOf(delivered / cpuSeconds),
                sum(Generator.Report::bytes),
                sum(Generator.Report::typingSent),
                sum(Generator.Report::typingHeard),
                sum(Generator.Report::pingsSent),
                sum(Generator.Report::pongsHeard),
                sum(Generator.Report::otherFrames));
    }

    LoadResult.Latency latency() {
        return merged(Generator.Report::latency);
    }

    LoadResult.Checks checks() {
        return new LoadResult.Checks(
                sum(report -> report.checks().expected()),
                sum(report -> report.checks().lost()),
                sum(report -> report.checks().doubled()),
                sum(report -> report.checks().reordered()),
                sum(report -> report.checks().pairs()));
    }

    List<String> notes() {
        return reports.stream().flatMap(report -> report.notes().stream()).toList();
    }

    /** Why, and what to do about it. */
    String nobodyGotIn() {
        Map<String, Long> failures = counts(Generator.Report::failures);
        if (failures.isEmpty()) return "ended before anybody was in a room";
        String why = failures.entrySet().stream()
                .map(reason -> reason.getKey() + " (" + reason.getValue() + ")")
                .collect(Collectors.joining(", "));
        String hint = "";
        if (why.contains("401"))
            hint = "; give the secret that the server believes with --secret or JWT_SECRET, or a token with --token";
        else if (why.contains("404")) hint = "; is the dialect " + plan.target().dialect() + " spoken there?";
        return "nobody got in: " + why + hint;
    }

    private LoadResult.Latency merged(Function<Generator.Report, String> packed) {
        Histogram all = Distribution.fresh();
        reports.forEach(report -> all.add(Distribution.unpack(packed.apply(report))));
        return Distribution.of(all);
    }

    private long sum(ToLongFunction<Generator.Report> number) {
        return reports.stream().mapToLong(number).sum();
    }

    private Map<String, Long> counts(Function<Generator.Report, Map<String, Long>> counted) {
        Map<String, Long> all = new TreeMap<>();
        reports.forEach(
                report -> counted.apply(report).forEach((reason, count) -> all.merge(reason, count, Long::sum)));
        return all;
    }
}
