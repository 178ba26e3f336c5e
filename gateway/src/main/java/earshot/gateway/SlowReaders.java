package earshot.gateway;

import earshot.core.message.CloseReason;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sessions of one loop whose sockets do not keep up, and who of them goes when the node holds too much. Confined to its loop. */
final class SlowReaders {
    /** Sessions cut in one turn for the budget's sake. */
    private static final int RELIEFS = 16;

    private final ByteBudget budget;
    private final Meter meter;
    private final List<Lagging> lagging = new ArrayList<>();
    private final List<Unsent> behind = new ArrayList<>();

    SlowReaders(ByteBudget budget, Meter meter) {
        this.budget = budget;
        this.meter = meter;
    }

    /** It is served from rings from now on. */
    void add(Lagging one) {
        one.index = lagging.size();
        lagging.add(one);
        meter.move(Metric.LAGGING, 1);
        budget.slowReaders(1);
    }

    void remove(Lagging one) {
        Lagging last = lagging.removeLast();
        if (last != one) {
            lagging.set(one.index, last);
            last.index = one.index;
        }
        meter.move(Metric.LAGGING, -1);
        budget.slowReaders(-1);
    }

    /** Its socket has not taken everything that was flushed. */
    void add(Unsent one) {
        one.index = behind.size();
        behind.add(one);
        budget.slowReaders(1);
    }

    void remove(Unsent one) {
        one.end();
        budget.slowReaders(-1);
        Unsent last = behind.removeLast();
        if (last == one) return;
        behind.set(one.index, last);
        last.index = one.index;
    }

    /**
     * Near the node's budget those go first who hold the most. The fattest here may be thin: who fills the budget is on another loop then, or no session
     * at all. Somebody always holds the average; nobody goes who holds less than half of it.
     *
     * <p>A ring is held by all who lag in its room, and only the last of them would free it: so it loses its elder half with the first, and with that
     * half those who are as far behind; else all readers of all rooms would have to go, one by one, before anything is gained.
     */
    void relieve() {
        for (int i = 0; i < RELIEFS && budget.isNear(); i++) {
            ClientSession fattest = fattest();
            if (fattest == null || fattest.out.heldBytes() < budget.perSlowReader() / 2) return;
            for (Lagging one : lagging) if (one.client() == fattest) one.backlog.shedRings();
            fattest.end(CloseReason.OVER_BUDGET);
        }
    }

    private @Nullable ClientSession fattest() {
        ClientSession fattest = null;
        for (Lagging one : lagging) fattest = fatter(fattest, one.client());
        for (Unsent one : behind) fattest = fatter(fattest, one.client());
        return fattest;
    }

    private static ClientSession fatter(@Nullable ClientSession one, ClientSession other) {
        return one != null && one.out.heldBytes() >= other.out.heldBytes() ? one : other;
    }
}
