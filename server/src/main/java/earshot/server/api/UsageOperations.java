package earshot.server.api;

import earshot.core.limit.TokenBucket;
import earshot.core.message.Problem;
import earshot.core.usage.Span;
import earshot.core.usage.Tenant;
import earshot.core.usage.Usage;
import earshot.core.usage.UsageReport;
import earshot.dialect.HttpResponse;
import earshot.dialect.WireUuid;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What tenants used: messages, users and connections over time. */
final class UsageOperations {
    /** Where no key is asked for, everybody together may ask so often. */
    private static final int KEYLESS_CALLS_PER_SECOND = 50;

    private static final int MAX_MINUTES = 2 * 24 * 60;

    private final ApiSubjects subjects;
    private final @Nullable Scope scope;
    private @Nullable TokenBucket keyless;

    /** How points may be spaced: how many are given when nobody says, and how many at most. */
    private enum By {
        MINUTE(null, 3 * 60, MAX_MINUTES),
        HOUR(Span.HOUR, 48, 31 * 24),
        DAY(Span.DAY, 30, 400),
        MONTH(Span.MONTH, 12, 120);

        final @Nullable Span span;
        final int usual;
        final int most;

        By(@Nullable Span span, int usual, int most) {
            this.span = span;
            this.usual = usual;
            this.most = most;
        }

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        Instant startOf(Instant at) {
            return span == null ? at.truncatedTo(ChronoUnit.MINUTES) : span.startOf(at);
        }

        Instant plus(Instant start, long count) {
            return span == null ? start.plus(Duration.ofMinutes(count)) : span.plus(start, count);
        }
    }

    private record Range(By by, Instant from, Instant to) {}

    UsageOperations(ApiSubjects subjects, ApiGuard guard) {
        this.subjects = subjects;
        this.scope = guard.statusScope();
    }

    List<Operation> operations() {
        return List.of(
                new Operation("listUsage", "GET", "/v1/stats", scope, paced(this::tenants)),
                new Operation("readUsage", "GET", "/v1/stats/{realm}", scope, paced(this::read)));
    }

    /** Reading costs the engine something, and here perhaps anybody may. */
    private Function<ApiCall, CompletionStage<HttpResponse>> paced(
            Function<ApiCall, CompletionStage<HttpResponse>> operation) {
        return scope != null
                ? operation
                : call -> isTooFast() ? ServerApi.done(Answers.error(Problem.RATE_LIMITED)) : operation.apply(call);
    }

    private synchronized boolean isTooFast() {
        long now = subjects.clock().nanos();
        TokenBucket bucket = keyless;
        if (bucket == null) {
            bucket = new TokenBucket(KEYLESS_CALLS_PER_SECOND, KEYLESS_CALLS_PER_SECOND, now);
            keyless = bucket;
        }
        return !bucket.tryTake(now);
    }

    private UsageReport usage() {
        UsageReport usage = subjects.usage();
        if (usage == null) throw new ApiRefusal(Problem.NOT_FOUND, "Statistics are off (stats.enabled).");
        return usage;
    }

    private CompletionStage<HttpResponse> tenants(ApiCall call) {
        return usage().tenants().thenApply(found -> {
            ObjectNode body = Answers.object();
            ArrayNode list = body.putArray("tenants");
            found.forEach(t -> list.addObject().put("realm", t.realm()).put("tenant", t.name()));
            return Answers.ok(body);
        });
    }

    private CompletionStage<HttpResponse> read(ApiCall call) {
        UsageReport usage = usage();
        Tenant tenant = tenant(call);
        Range range = range(call);
        ObjectNode body = Answers.object()
                .put("realm", tenant.realm())
                .put("tenant", tenant.name())
                .put("by", range.by().word())
                .put("from", range.from().toString())
                .put("to", range.to().toString());
        ArrayNode points = body.putArray("points");
        Span span = range.by().span;
        CompletionStage<?> read = span == null
                ? usage.connections(tenant, range.from(), range.to())
                        .thenAccept(counts -> counts.forEach(c ->
                                points.addObject().put("at", c.at().toString()).put("connections", c.count())))
                : usage.read(tenant, span, range.from(), range.to())
                        .thenAccept(found -> found.forEach(each -> point(points.addObject(), each)));
        return read.thenApply(_ -> Answers.ok(body));
    }

    private static void point(ObjectNode point, Usage usage) {
        point.put("at", usage.start().toString())
                .put("messages", usage.messages())
                .put("users", usage.users().estimate())
                .put("peakConnections", usage.peakConnections())
                .put("connectionMinutes", usage.connectionMinutes());
    }

    private Tenant tenant(ApiCall call) {
        String realm = subjects.userRealm(call);
        String name = call.query("tenant").orElse("");
        if (!realm.equals(ApiSubjects.THREADKIT)) return new Tenant(realm, name);
        UUID site = WireUuid.parse(name);
        if (site == null) throw ApiRefusal.invalid("tenant", "a tenant of threadkit is a site's id, a UUID");
        return new Tenant(realm, site.toString());
    }

    /** Without from and to: the newest spans, the one that is not over included. */
    private Range range(ApiCall call) {
        By by = by(call);
        Instant now = Instant.ofEpochMilli(subjects.clock().millis());
        Instant to = call.query("to").map(text -> instant("to", text)).orElseGet(() -> by.plus(by.startOf(now), 1));
        Instant from = call.query("from")
                .map(text -> by.startOf(instant("from", text)))
                .orElseGet(() -> by.plus(by.startOf(to.minusSeconds(1)), 1 - by.usual));
        if (!from.isBefore(to)) throw ApiRefusal.invalid("from", "not before to");
        if (by.plus(from, by.most).isBefore(to))
            throw ApiRefusal.invalid("from", "too far from to (expected: at most " + by.most + " " + by.word() + "s)");
        return new Range(by, from, to);
    }

    private static By by(ApiCall call) {
        String word = call.query("by").orElse("hour");
        for (By by : By.values()) if (by.word().equals(word)) return by;
        throw ApiRefusal.invalid("by", "expected minute, hour, day or month");
    }

    private static Instant instant(String name, String text) {
        try {
            Instant at = text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(text);
            int year = at.atZone(ZoneOffset.UTC).getYear();
            if (year >= 1970 && year < 10_000) return at;
        } catch (DateTimeParseException e) {
            // said below
        }
        throw ApiRefusal.invalid(name, "expected a time such as 2026-01-31T18:00:00Z, or a date");
    }
}
