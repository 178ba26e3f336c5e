package earshot.core.usage;

import java.util.Comparator;

/**
 * Whose usage is counted: a customer of a realm.
 *
 * @param realm a dialect's name
 * @param name threadkit: the site's id; empty where the dialect has no tenants
 */
public record Tenant(String realm, String name) implements Comparable<Tenant> {
    private static final Comparator<Tenant> ORDER =
            Comparator.comparing(Tenant::realm).thenComparing(Tenant::name);

    public Tenant {
        if (realm.isEmpty()) throw new IllegalArgumentException("realm: empty (expected: a dialect's name)");
    }

    @Override
    public int compareTo(Tenant other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return name.isEmpty() ? realm : realm + "/" + name;
    }
}
