package earshot.server.cli;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/** What the JVM is started with, as operators call it. */
final class Jvm {
    private static final String RECORDING = "-XX:AOTCache=";

    private Jvm() {}

    static String collector() {
        return collector(ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(GarbageCollectorMXBean::getName)
                .toList());
    }

    /** @param beans as the platform names the parts of its collector */
    static String collector(List<String> beans) {
        String first = beans.isEmpty() ? "" : beans.getFirst();
        if (first.equals("Copy")) return "Serial";
        if (first.startsWith("PS ")) return "Parallel";
        if (first.startsWith("G1 ")) return "G1";
        if (first.startsWith("ZGC")) return "ZGC";
        if (first.startsWith("Shenandoah")) return "Shenandoah";
        return String.join(" + ", beans);
    }

    static String recording() {
        return recording(
                ManagementFactory.getRuntimeMXBean().getInputArguments(), System.getProperty("java.vm.info", ""));
    }

    /**
     * Whether this start came from a recording of an earlier one (JEP 483).
     *
     * @param vmInfo names sharing when an archive of classes is mapped; one that was asked for and does not fit is replaced by none
     */
    static String recording(List<String> arguments, String vmInfo) {
        boolean isAsked = arguments.stream().anyMatch(argument -> argument.startsWith(RECORDING));
        if (!isAsked) return "without a recorded start, because none was made or given";
        if (vmInfo.contains("sharing")) return "from a recorded start";
        return "without the recorded start, because it was made with another JVM, other flags or other jars";
    }
}
