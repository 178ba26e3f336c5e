package earshot.core.records;

import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a store said, remembered for a while: what is there and, for a shorter time, what is not. Who asks while a question is on its way gets its
 * answer, so a thousand clients that come at once ask once. When the store does not answer, what it said a while ago counts on. Thread-safe.
 *
 * <p>Bounded: of what is there and of what is not {@link Terms#most} each, those asked for longest ago go first; made-up keys push out each other,
 * never what is there. Questions on their way are bounded by the store, which refuses more.
 */
public final class RecordCache<K, V> {
    private final Terms terms;
    private final Function<K, CompletionStage<Optional<V>>> store;
    private final Clock clock;
    private final Meter meter;
    private final Map<K, Said<V>> found = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<K, Said<V>> missing = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<K, CompletableFuture<Optional<V>>> asked = new HashMap<>();

    /**
     * @param most entries of each kind
     * @param found how long something that is there is not asked for again
     * @param missing the same for something that is not there
     * @param stale how long something that was there counts when the store does not answer
     */
    public record Terms(int most, Duration found, Duration missing, Duration stale) {}

    /** @param value null: there is none */
    private record Said<V>(@Nullable V value, long atNanos) {
        Optional<V> answer() {
            return Optional.ofNullable(value);
        }
    }

    /** @param store asked on the thread of whoever finds nothing here; must not block */
    public RecordCache(Terms terms, Function<K, CompletionStage<Optional<V>>> store, Clock clock, Meter meter) {
        this.terms = terms;
        this.store = store;
        this.clock = clock;
        this.meter = meter;
    }

    /** Fails when the store does not answer and nothing is remembered. */
    public CompletionStage<Optional<V>> find(K key) {
        CompletableFuture<Optional<V>> answer;
        synchronized (this) {
            Said<V> known = remembered(key);
            if (known != null) return counted("remembered", CompletableFuture.completedFuture(known.answer()));
            CompletableFuture<Optional<V>> earlier = asked.get(key);
            if (earlier != null) return counted("joined", earlier);
            answer = new CompletableFuture<>();
            asked.put(key, answer);
        }
        store.apply(key)
                .thenApply(value -> new Said<>(value.orElse(null), clock.nanos()))
                .whenComplete((said, failure) -> onAnswer(key, said, failure, answer));
        return counted("asked", answer);
    }

    private CompletionStage<Optional<V>> counted(String how, CompletableFuture<Optional<V>> answer) {
        meter.add(Metric.RECORD_LOOKUPS, 1, how);
        return answer;
    }

    private @Nullable Said<V> remembered(K key) {
        long now = clock.nanos();
        Said<V> known = found.get(key);
        if (known != null && now - known.atNanos() < terms.found().toNanos()) return known;
        Said<V> none = missing.get(key);
        return none != null && now - none.atNanos() < terms.missing().toNanos() ? none : null;
    }

    private void onAnswer(
            K key, @Nullable Said<V> said, @Nullable Throwable failure, CompletableFuture<Optional<V>> answer) {
        Said<V> counts = said;
        synchronized (this) {
            // Somebody who forgot it meanwhile made it a question of the past: its answer may be old.
            boolean current = asked.remove(key, answer);
            if (said == null) counts = stale(key);
            else if (current) remember(key, said);
        }
        if (said == null) meter.add(Metric.RECORD_LOOKUPS, 1, counts == null ? "failed" : "stale");
        if (counts != null) answer.complete(counts.answer());
        else answer.completeExceptionally(failure == null ? new IllegalStateException("said: nothing") : failure);
    }

    private @Nullable Said<V> stale(K key) {
        Said<V> known = found.get(key);
        return known != null && clock.nanos() - known.atNanos() < terms.stale().toNanos() ? known : null;
    }

    private void remember(K key, Said<V> said) {
        found.remove(key);
        missing.remove(key);
        Map<K, Said<V>> in = said.value() == null ? missing : found;
        in.put(key, said);
        if (in.size() > terms.most()) in.remove(in.keySet().iterator().next());
    }

    /** The next who asks hears it from the store. */
    public synchronized void forget(K key) {
        found.remove(key);
        missing.remove(key);
        asked.remove(key);
    }
}
