package earshot.core.usage;

import java.util.List;
import java.util.Map;

/**
 * What happened at one tenant and was not told before; it adds up with what other loops and nodes tell. Immutable.
 *
 * @param hour in which it happened, whenever it is told; since 1970
 * @param users who were not told in this hour before, by this loop; telling somebody twice changes nothing
 * @param connections of this loop, by minute of the hour
 */
public record UsageChange(
        Tenant tenant, long hour, long messages, List<String> users, Map<Integer, Integer> connections) {
    public UsageChange {
        users = List.copyOf(users);
        connections = Map.copyOf(connections);
    }
}
