package earshot.server.api;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Port: who may call. Thread-safe; never blocks. */
public interface ApiKeys {
    List<ApiKey> all();

    /** The key that this text is. Looks at all of them, whether it was found or not. */
    default Optional<ApiKey> find(String presented) {
        String hash = ApiKey.hashOf(presented);
        ApiKey found = null;
        for (ApiKey key : all()) if (key.isHashedAs(hash)) found = key;
        return Optional.ofNullable(found);
    }

    /** Keys from the configuration: they may do everything. */
    static ApiKeys of(List<String> keys) {
        List<ApiKey> all = keys.stream()
                .map(k -> new ApiKey("configured", "configured", Set.of(Scope.ADMIN), ApiKey.hashOf(k), 0))
                .toList();
        return () -> all;
    }

    default ApiKeys and(ApiKeys others) {
        return () -> {
            List<ApiKey> both = new java.util.ArrayList<>(all());
            both.addAll(others.all());
            return both;
        };
    }
}
