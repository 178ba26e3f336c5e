package earshot.server.api;

import earshot.core.limit.TokenBucket;
import earshot.core.message.Problem;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import earshot.server.config.ApiSettings;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Asks every call for its key, its signature where there are any, and its rate. Thread-safe; never blocks. */
public final class ApiGuard {
    private final ApiKeys keys;
    private final ApiSettings settings;
    private final Signatures signatures;
    private final Clock clock;
    private final Meter meter;
    /** By key, so bounded by the number of keys that there ever were. */
    private final Map<String, TokenBucket> buckets = new ConcurrentHashMap<>();

    public ApiGuard(ApiKeys keys, ApiSettings settings, Clock clock, Meter meter) {
        this.keys = keys;
        this.settings = settings;
        this.signatures = new Signatures(settings, clock);
        this.clock = clock;
        this.meter = meter;
    }

    /** What reading numbers of this server needs; null: nothing, they are public. */
    @Nullable
    Scope statusScope() {
        return settings.publicStatus() ? null : Scope.STATS_READ;
    }

    /** Why a request may not do what needs the scope; null: it may. */
    public @Nullable HttpResponse refusal(HttpRequest request, Scope scope) {
        String presented = bearer(request);
        Optional<ApiKey> key = presented.isEmpty() ? Optional.empty() : keys.find(presented);
        if (key.isEmpty()) {
            meter.add(Metric.AUTH_FAILURES, 1, "v1", presented.isEmpty() ? "missing" : "unknown_key");
            return Answers.error(Problem.UNAUTHENTICATED).with("www-authenticate", "Bearer");
        }
        String unsigned = signatures.fault(request);
        if (unsigned != null) return Answers.error(Problem.UNAUTHENTICATED, unsigned);
        if (!key.get().may(scope))
            return Answers.error(Problem.FORBIDDEN, "This key lacks the scope " + scope.word() + ".");
        return isTooFast(key.get()) ? Answers.error(Problem.RATE_LIMITED) : null;
    }

    private static String bearer(HttpRequest request) {
        String header = request.header("authorization").orElse("");
        return header.regionMatches(true, 0, "Bearer ", 0, 7)
                ? header.substring(7).strip()
                : "";
    }

    private boolean isTooFast(ApiKey key) {
        int perSecond = settings.callsPerSecond();
        if (perSecond == 0) return false;
        long now = clock.nanos();
        TokenBucket bucket = buckets.computeIfAbsent(key.hash(), _ -> new TokenBucket(perSecond, perSecond, now));
        synchronized (bucket) {
            return !bucket.tryTake(now);
        }
    }
}
