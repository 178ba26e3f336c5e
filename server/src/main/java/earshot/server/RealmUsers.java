package earshot.server;

import earshot.core.message.Profile;
import earshot.core.message.UserId;
import earshot.core.session.UserBook;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Users, each realm's where it has them. Thread-safe. */
final class RealmUsers implements UserBook {
    private final Map<String, UserBook> byRealm;
    private final UserBook others;

    RealmUsers(Map<String, UserBook> byRealm, UserBook others) {
        this.byRealm = Map.copyOf(byRealm);
        this.others = others;
    }

    @Override
    public CompletionStage<Optional<Profile>> find(UserId user) {
        return of(user).find(user);
    }

    @Override
    public CompletionStage<Void> put(Profile profile) {
        return of(profile.user()).put(profile);
    }

    private UserBook of(UserId user) {
        return byRealm.getOrDefault(user.realm(), others);
    }
}
