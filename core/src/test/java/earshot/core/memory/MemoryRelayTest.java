package earshot.core.memory;

import earshot.core.relay.RoomRelay;
import earshot.core.testkit.RoomRelayContract;

final class MemoryRelayTest extends RoomRelayContract {
    private final MemoryRelay relay = new MemoryRelay();

    @Override
    protected RoomRelay node(long incarnation) {
        return relay.node(incarnation);
    }
}
