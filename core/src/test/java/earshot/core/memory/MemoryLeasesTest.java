package earshot.core.memory;

import earshot.core.lease.Incarnation;
import earshot.core.lease.Leases;
import earshot.core.testkit.LeasesContract;
import java.util.HashMap;
import java.util.Map;

final class MemoryLeasesTest extends LeasesContract {
    private final MemoryLeases leases = new MemoryLeases();
    private final Map<String, Incarnation> nodes = new HashMap<>();

    @Override
    protected Leases leases(String node) {
        return leases.of(incarnation(node));
    }

    @Override
    protected void kill(String node) {
        leases.end(incarnation(node));
    }

    private Incarnation incarnation(String node) {
        return nodes.computeIfAbsent(node, name -> new Incarnation(1 + nodes.size(), name, "http://" + name));
    }
}
