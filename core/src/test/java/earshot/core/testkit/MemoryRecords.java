package earshot.core.testkit;

import earshot.core.records.SharedRecords;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Records in maps that a test fills; keeps a list of the keys that were asked for, and can be away. For one thread. */
public final class MemoryRecords implements SharedRecords {
    public final Map<String, String> texts = new LinkedHashMap<>();
    public final Map<String, Map<String, String>> hashes = new LinkedHashMap<>();
    public final Map<String, Duration> kept = new LinkedHashMap<>();
    public final List<String> asked = new ArrayList<>();
    public boolean away;

    @Override
    public CompletionStage<Optional<String>> text(String key) {
        asked.add(key);
        return answer(Optional.ofNullable(texts.get(key)));
    }

    @Override
    public CompletionStage<Void> putText(String key, String text, Duration keep) {
        if (!away) {
            texts.put(key, text);
            kept.put(key, keep);
        }
        return answer(null);
    }

    @Override
    public CompletionStage<Map<String, String>> fields(String key) {
        asked.add(key);
        return answer(Map.copyOf(hashes.getOrDefault(key, Map.of())));
    }

    @Override
    public CompletionStage<Void> putFields(String key, Map<String, String> fields) {
        if (!away) hashes.computeIfAbsent(key, _ -> new LinkedHashMap<>()).putAll(fields);
        return answer(null);
    }

    private <T extends @Nullable Object> CompletionStage<T> answer(T value) {
        return away
                ? CompletableFuture.failedStage(new IllegalStateException("away"))
                : CompletableFuture.completedStage(value);
    }
}
