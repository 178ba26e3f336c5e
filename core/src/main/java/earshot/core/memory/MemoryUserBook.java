package earshot.core.memory;

import earshot.core.message.Profile;
import earshot.core.message.UserId;
import earshot.core.session.UserBook;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Users in this process, at most {@value #MAX}: the one that was not asked for longest goes. Thread-safe. */
public final class MemoryUserBook implements UserBook {
    static final int MAX = 100_000;

    private final Map<UserId, Profile> users = new LinkedHashMap<>(16, 0.75f, true);

    @Override
    public synchronized CompletionStage<Optional<Profile>> find(UserId user) {
        return CompletableFuture.completedStage(Optional.ofNullable(users.get(user)));
    }

    @Override
    public synchronized CompletionStage<Void> put(Profile profile) {
        users.put(profile.user(), profile);
        if (users.size() > MAX) users.remove(users.keySet().iterator().next());
        return CompletableFuture.completedStage(null);
    }
}
