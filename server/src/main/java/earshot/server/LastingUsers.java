package earshot.server;

import earshot.core.message.Profile;
import earshot.core.message.UserId;
import earshot.core.records.RecordCache;
import earshot.core.session.UserBook;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Users in two books: one that all nodes share and read first, and one that outlives it. Who is put is in both, in the lasting one first, so that nobody was
 * told yes of a user whom a restarted Redis does not know. Whom the first does not know, or while it does not answer, the other is asked. Thread-safe.
 *
 * <p>What the lasting book says is not written back: a node could put an old record over one that is being put.
 */
final class LastingUsers implements UserBook {
    private final UserBook shared;
    private final UserBook lasting;
    private final RecordCache<UserId, Profile> known;

    /** @param terms of what the lasting book said */
    LastingUsers(UserBook shared, UserBook lasting, RecordCache.Terms terms, Clock clock, Meter meter) {
        this.shared = shared;
        this.lasting = lasting;
        this.known = new RecordCache<>(terms, lasting::find, clock, meter);
    }

    @Override
    public CompletionStage<Optional<Profile>> find(UserId user) {
        return shared.find(user)
                .handle((found, failure) -> found != null && found.isPresent()
                        ? CompletableFuture.completedStage(found)
                        : findLasting(user, failure))
                .thenCompose(answer -> answer);
    }

    /** @param failure why the shared book did not answer; then nobody knows whether the user is in it alone */
    private CompletionStage<Optional<Profile>> findLasting(UserId user, @Nullable Throwable failure) {
        return known.find(user)
                .thenCompose(found -> found.isEmpty() && failure != null
                        ? CompletableFuture.failedStage(failure)
                        : CompletableFuture.completedStage(found));
    }

    /** When it fails, one of the books may have it: put it again. */
    @Override
    public CompletionStage<Void> put(Profile profile) {
        return lasting.put(profile).thenCompose(_ -> {
            known.forget(profile.user());
            return shared.put(profile);
        });
    }
}
