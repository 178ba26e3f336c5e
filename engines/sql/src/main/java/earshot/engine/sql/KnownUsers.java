package earshot.engine.sql;

import earshot.core.message.Profile;
import earshot.core.message.UserId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The users asked for last. Thread-safe. */
final class KnownUsers {
    private static final int MAX = 20_000;

    private final Map<UserId, Profile> known = new LinkedHashMap<>(16, 0.75f, true);
    private long changes;

    synchronized @Nullable Profile find(UserId user) {
        return known.get(user);
    }

    /** Counts up with every {@link #put}. */
    synchronized long changes() {
        return changes;
    }

    synchronized void put(Profile profile) {
        changes++;
        keep(profile);
    }

    /** Keeps what was read, unless something was put since: then it may be old. */
    synchronized void keep(Profile read, long changesBefore) {
        if (changes == changesBefore) keep(read);
    }

    private void keep(Profile profile) {
        known.put(profile.user(), profile);
        if (known.size() > MAX) known.remove(known.keySet().iterator().next());
    }
}
