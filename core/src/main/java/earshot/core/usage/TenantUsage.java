package earshot.core.usage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What happens at one tenant on one loop. Confined to that loop; sessions hold it. */
public final class TenantUsage {
    private final Tenant tenant;
    int sessions;

    /** Messages of this turn, in no hour yet. */
    long inTurn;

    private long hour = Long.MIN_VALUE;
    /** Everybody whom this loop told of in this hour. */
    private Sketch told = new Sketch();

    private long messages;
    private List<String> users = new ArrayList<>();
    private Map<Integer, Integer> connections = new TreeMap<>();
    /** In its loop's list of those with something to tell. */
    boolean listed;

    TenantUsage(Tenant tenant) {
        this.tenant = tenant;
    }

    Tenant tenant() {
        return tenant;
    }

    boolean isOver(long now) {
        return sessions == 0 && !listed && inTurn == 0 && hour != now;
    }

    /** What of an earlier hour was not told yet; from now on it is another hour. Null: nothing. */
    @Nullable
    UsageChange turnTo(long now) {
        if (hour == now) return null;
        UsageChange rest = take();
        hour = now;
        told = new Sketch();
        return rest;
    }

    void messages(long more) {
        messages += more;
    }

    /** Whether there is something to tell. */
    boolean present(String user) {
        return told.add(user) && users.add(user);
    }

    void connections(int minute) {
        connections.put(minute, sessions);
    }

    /** What was not told yet; null: nothing. */
    @Nullable
    UsageChange take() {
        if (messages == 0 && users.isEmpty() && connections.isEmpty()) return null;
        var change = new UsageChange(tenant, hour, messages, users, connections);
        messages = 0;
        users = new ArrayList<>();
        connections = new TreeMap<>();
        return change;
    }
}
