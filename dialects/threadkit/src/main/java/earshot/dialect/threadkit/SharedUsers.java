package earshot.dialect.threadkit;

import earshot.core.message.Profile;
import earshot.core.message.UserId;
import earshot.core.records.RecordCache;
import earshot.core.records.SharedRecords;
import earshot.core.session.UserBook;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.dialect.WireUuid;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The users that the product's HTTP server put into the shared store, and those that {@code PUT /v1/threadkit/users/…} puts there, under
 * {@code user:…} (protocols/threadkit.md section 6.2). Thread-safe. Another node may show what was before for as long as it remembers a user.
 */
public final class SharedUsers implements UserBook {
    private final SharedRecords records;
    private final RecordCache<UUID, Profile> cache;

    public SharedUsers(SharedRecords records, RecordCache.Terms terms, Clock clock, Meter meter) {
        this.records = records;
        this.cache = new RecordCache<>(terms, this::look, clock, meter);
    }

    @Override
    public CompletionStage<Optional<Profile>> find(UserId user) {
        UUID id = WireUuid.parse(user.id());
        return id == null ? CompletableFuture.completedStage(Optional.empty()) : cache.find(id);
    }

    private CompletionStage<Optional<Profile>> look(UUID id) {
        return records.fields(key(id)).thenApply(fields -> UserRecord.read(id, fields));
    }

    /** Fields that it says nothing of stay: karma and counts belong to the HTTP server. */
    @Override
    public CompletionStage<Void> put(Profile profile) {
        UUID id = WireUuid.ofUser(profile.user());
        return records.putFields(key(id), UserRecord.fields(id, profile)).thenAccept(_ -> cache.forget(id));
    }

    private static String key(UUID id) {
        return "user:" + id;
    }
}
