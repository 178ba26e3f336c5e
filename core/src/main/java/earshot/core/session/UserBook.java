package earshot.core.session;

import earshot.core.message.Profile;
import earshot.core.message.UserId;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Port: users as the product put them, by {@code PUT /v1/users/…} or by a token in development. Thread-safe; never blocks. */
public interface UserBook {
    /** Served from memory where it can be. Fails when the engine does not answer. */
    CompletionStage<Optional<Profile>> find(UserId user);

    CompletionStage<Void> put(Profile profile);
}
