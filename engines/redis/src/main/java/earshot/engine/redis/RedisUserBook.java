package earshot.engine.redis;

import earshot.core.message.Profile;
import earshot.core.message.UserId;
import earshot.core.records.RecordCache;
import earshot.core.session.UserBook;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Users of realms whose product has no records of its own in Redis: a hash {@code earshot:user:waddle:ada} each, with the fields {@code name},
 * {@code avatar} and {@code attributes}. Thread-safe. A node remembers a user for as long as its terms say, and shows what was before for as long.
 */
public final class RedisUserBook implements UserBook {
    private static final String NAME = "name";
    private static final String AVATAR = "avatar";
    private static final String ATTRIBUTES = "attributes";

    private final RedisRecords records;
    private final String prefix;
    private final RecordCache<UserId, Profile> cache;

    public RedisUserBook(RedisLink link, RecordCache.Terms terms, Clock clock, Meter meter) {
        this.records = new RedisRecords(link);
        this.prefix = link.settings().prefix() + "user:";
        this.cache = new RecordCache<>(terms, this::look, clock, meter);
    }

    @Override
    public CompletionStage<Optional<Profile>> find(UserId user) {
        return cache.find(user);
    }

    private CompletionStage<Optional<Profile>> look(UserId user) {
        return records.fields(key(user)).thenApply(fields -> read(user, fields));
    }

    private static Optional<Profile> read(UserId user, Map<String, String> fields) {
        String name = fields.getOrDefault(NAME, "");
        if (name.isEmpty()) return Optional.empty();
        String avatar = fields.getOrDefault(AVATAR, "");
        return Optional.of(new Profile(
                user, name, avatar.isEmpty() ? null : avatar, fields.getOrDefault(ATTRIBUTES, Profile.NO_ATTRIBUTES)));
    }

    @Override
    public CompletionStage<Void> put(Profile profile) {
        Map<String, String> fields = new HashMap<>();
        String avatar = profile.avatarUrl();
        fields.put(NAME, profile.name());
        fields.put(AVATAR, avatar == null ? "" : avatar);
        fields.put(ATTRIBUTES, profile.attributes());
        return records.putFields(key(profile.user()), fields).thenAccept(_ -> cache.forget(profile.user()));
    }

    /** A realm is one word, so that the id may be anything. */
    private String key(UserId user) {
        return prefix + user.realm() + ":" + user.id();
    }
}
