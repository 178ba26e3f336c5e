package earshot.engine.redis;

import earshot.core.records.SharedRecords;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Strings and hashes under keys that others know as well, so without a prefix. Thread-safe. */
public final class RedisRecords implements SharedRecords {
    private final Batcher batcher;

    public RedisRecords(RedisLink link) {
        this.batcher = link.batcher();
    }

    @Override
    public CompletionStage<Optional<String>> text(String key) {
        return batcher.get(key)
                .thenApply(bytes -> Optional.ofNullable(bytes).map(found -> new String(found, StandardCharsets.UTF_8)));
    }

    @Override
    public CompletionStage<Void> putText(String key, String text, Duration keep) {
        return batcher.command("SET", key, text, "EX", Math.max(1, keep.toSeconds()))
                .thenAccept(_ -> {});
    }

    @Override
    public CompletionStage<Map<String, String>> fields(String key) {
        return batcher.fields(key).thenApply(RedisRecords::texts);
    }

    private static Map<String, String> texts(Reply fields) {
        Map<String, String> texts = new HashMap<>();
        for (int i = 0; i + 1 < fields.size(); i += 2) texts.put(fields.text(i), fields.text(i + 1));
        return texts;
    }

    @Override
    public CompletionStage<Void> putFields(String key, Map<String, String> fields) {
        List<Object> args = new ArrayList<>();
        fields.forEach((name, value) -> {
            args.add(name);
            args.add(value);
        });
        return batcher.command("HSET", key, args.toArray()).thenAccept(_ -> {});
    }
}
