package earshot.core.message;

import java.util.Comparator;

/**
 * The name of a room. Two sessions are in the same room exactly when all three parts are equal.
 *
 * @param realm who rules the room: a dialect's name, or {@link #MEETING}; the policy of the realm decides who may do what
 * @param tenant the customer inside the realm; empty where the dialect has none
 * @param name what the clients call it, 1..{@value #MAX_NAME_CHARS} characters
 */
public record RoomId(String realm, String tenant, String name) {
    /** The realm of rooms that the operator declared to be shared by several dialects (DESIGN 2). */
    public static final String MEETING = "meeting";

    public static final int MAX_NAME_CHARS = 512;

    /** The order of lists: realm, tenant, name. */
    public static final Comparator<RoomId> BY_NAME =
            Comparator.comparing(RoomId::realm).thenComparing(RoomId::tenant).thenComparing(RoomId::name);

    public RoomId {
        if (realm.isEmpty()) throw new IllegalArgumentException("realm: empty (expected: a dialect's name or meeting)");
        if (name.isEmpty() || name.length() > MAX_NAME_CHARS) {
            throw new IllegalArgumentException(
                    "name: " + name.length() + " characters (expected: 1.." + MAX_NAME_CHARS + ")");
        }
    }

    /** Spread over loops; stable within a process. */
    @Override
    public int hashCode() {
        return (realm.hashCode() * 31 + tenant.hashCode()) * 31 + name.hashCode();
    }

    /** For people: {@code realm/tenant/name}, or {@code realm/name} without a tenant. */
    @Override
    public String toString() {
        return tenant.isEmpty() ? realm + "/" + name : realm + "/" + tenant + "/" + name;
    }
}
