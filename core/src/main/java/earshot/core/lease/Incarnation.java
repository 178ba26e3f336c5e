package earshot.core.lease;

/**
 * A node from one start to its end, or to the moment when the others gave it up: a node that was paused for too long goes on as another incarnation
 * of itself. What a node has for as long as it lives (leases, its sessions' presence) belongs to its incarnation and never to its name, so that a
 * node that comes back owns nothing that was its before.
 *
 * @param id random, never used again
 * @param node the node's name, for people; two incarnations may share it, one after the other
 * @param address where other nodes reach this one for what is large or urgent, as the operator advertised it; empty when nowhere
 */
public record Incarnation(long id, String node, String address) {
    public Incarnation {
        if (id == 0) throw new IllegalArgumentException("id: 0 (expected: a random number)");
    }

    /** As logs and keys have it. */
    @Override
    public String toString() {
        return node + "/" + Long.toUnsignedString(id, 36);
    }
}
