package earshot.server;

import earshot.core.message.Profile;
import earshot.core.message.UserId;
import earshot.core.session.UserBook;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Users of some realms in books of their own. Thread-safe, as the books are. */
record UsersByRealm(Map<String, UserBook> realms, UserBook others) implements UserBook {
    UsersByRealm {
        realms = Map.copyOf(realms);
    }

    @Override
    public CompletionStage<Optional<Profile>> find(UserId user) {
        return book(user).find(user);
    }

    @Override
    public CompletionStage<Void> put(Profile profile) {
        return book(profile.user()).put(profile);
    }

    private UserBook book(UserId user) {
        return realms.getOrDefault(user.realm(), others);
    }
}
