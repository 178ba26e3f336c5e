package earshot.core.memory;

import earshot.core.relay.NodeRelay;
import earshot.core.testkit.NodeRelayContract;

final class MemoryNodeRelayTest extends NodeRelayContract {
    private final MemoryRelay relay = new MemoryRelay();

    @Override
    protected NodeRelay node(long incarnation) {
        return relay.node(incarnation);
    }
}
