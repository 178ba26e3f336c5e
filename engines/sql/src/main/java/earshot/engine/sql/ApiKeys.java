package earshot.engine.sql;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The keys of the server API. Only a hash of each is kept. Thread-safe; never blocks. */
public interface ApiKeys {
    /** @param secret what callers will show; made by the caller, at least 128 random bits, and not kept */
    CompletionStage<ApiKey> createKey(String name, List<String> scopes, String secret);

    /** Notes that it was used, to the minute. */
    CompletionStage<Optional<ApiKey>> findKey(String secret);

    /** In the order of their making. */
    CompletionStage<List<ApiKey>> keys();

    /** False when there is no such key. */
    CompletionStage<Boolean> revokeKey(String id);

    /** @param lastUsedMillis Unix time; 0: never */
    record ApiKey(String id, String name, List<String> scopes, long createdMillis, long lastUsedMillis) {
        public ApiKey {
            scopes = List.copyOf(scopes);
            for (String scope : scopes) {
                if (scope.isEmpty() || scope.indexOf(' ') >= 0)
                    throw new IllegalArgumentException("scope: '" + scope + "' (expected: a word)");
            }
        }
    }
}
