package earshot.product.kaiku.http;

import earshot.core.history.HistoryUnavailable;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.HttpRoute;
import earshot.product.kaiku.Refusal;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What kaiku's clients ask over HTTP (protocols/kaiku.md section 13): who may ask, how often, and who answers. Thread-safe; never blocks. Nothing of an
 * exception reaches a client.
 */
public final class KaikuApi {
    private static final Logger LOG = System.getLogger(KaikuApi.class.getName());
    private static final int MAX_BODY_BYTES = 128 << 10;

    private final List<Endpoint> endpoints = new ArrayList<>();
    private final Surroundings with;
    private final Origins origins;
    private final Meter meter;

    public KaikuApi(Surroundings with, Origins origins, Meter meter) {
        this.with = with;
        this.origins = origins;
        this.meter = meter;
        endpoints.addAll(new AuthEndpoints(with).endpoints());
        endpoints.addAll(new MeEndpoints(with).endpoints());
        endpoints.addAll(new GuildEndpoints(with).endpoints());
        endpoints.addAll(new MemberEndpoints(with).endpoints());
        endpoints.addAll(new RoleEndpoints(with).endpoints());
        endpoints.addAll(new InviteEndpoints(with).endpoints());
        endpoints.addAll(new ChannelEndpoints(with).endpoints());
        endpoints.addAll(new OverrideEndpoints(with).endpoints());
        endpoints.addAll(new DmEndpoints(with).endpoints());
        endpoints.addAll(new CallEndpoints(with).endpoints());
        endpoints.addAll(new FriendEndpoints(with).endpoints());
        endpoints.addAll(new MessageEndpoints(with).endpoints());
        endpoints.addAll(new ReactionEndpoints(with).endpoints());
    }

    public List<HttpRoute> routes() {
        return List.of(
                new HttpRoute("*", "/auth/*", MAX_BODY_BYTES, this::answer, KaikuApi::refusedBefore),
                new HttpRoute("*", "/api/*", MAX_BODY_BYTES, this::answer, KaikuApi::refusedBefore));
    }

    /** What the gateway refuses before anybody here hears of it. */
    private static HttpResponse refusedBefore(int status) {
        return switch (status) {
            case 413 -> Answers.error(413, "PAYLOAD_TOO_LARGE", "The body is too large");
            case 503 -> Answers.error(503, "service_unavailable", "Try again in a moment.");
            default -> Answers.error(status, "BAD_REQUEST", "The request cannot be read");
        };
    }

    CompletionStage<HttpResponse> answer(HttpRequest request) {
        if (request.method().equals("OPTIONS")) return Answers.done(origins.preflight(request));
        return routed(request).thenApply(response -> origins.allowing(request, response));
    }

    private CompletionStage<HttpResponse> routed(HttpRequest request) {
        Optional<List<String>> segments = decodedSegments(request.rawPath());
        if (segments.isEmpty()) return Answers.done(Answers.error(400, "BAD_REQUEST", "The path cannot be read"));
        List<String> methods = new ArrayList<>();
        for (Endpoint endpoint : endpoints) {
            Optional<Map<String, String>> words = endpoint.match(segments.get());
            if (words.isEmpty()) continue;
            if (endpoint.method().equals(request.method()))
                return counted(endpoint, checked(endpoint, request, words.get()));
            methods.add(endpoint.method());
        }
        if (methods.isEmpty()) return Answers.done(Answers.error(404, "NOT_FOUND", "There is no such path"));
        return Answers.done(Answers.error(405, "METHOD_NOT_ALLOWED", "This path does not take " + request.method())
                .with("allow", String.join(", ", methods)));
    }

    private CompletionStage<HttpResponse> checked(Endpoint endpoint, HttpRequest request, Map<String, String> words) {
        try {
            UUID user = endpoint.open() ? null : with.caller(request);
            RateLimits.Verdict verdict = with.isSpared(request)
                    ? RateLimits.Verdict.UNLIMITED
                    : with.limits().take(endpoint.limit(), who(user, request));
            if (!verdict.allowed()) return Answers.done(tooMany(verdict));
            return endpoint.handler()
                    .apply(new Call(request, words, user))
                    .exceptionally(KaikuApi::failed)
                    .thenApply(response -> counting(response, verdict));
        } catch (Refusal refusal) {
            return Answers.done(Answers.refused(refusal));
        } catch (RuntimeException e) {
            return Answers.done(failed(e));
        }
    }

    private static String who(@Nullable UUID user, HttpRequest request) {
        return user == null ? RemoteAddress.counted(request.remote()) : "user:" + user;
    }

    private static HttpResponse tooMany(RateLimits.Verdict verdict) {
        long seconds = verdict.seconds();
        return Answers.refused(new Refusal(429, "rate_limited", "Too many requests. Wait " + seconds + " seconds.")
                        .with("retry_after", (int) seconds)
                        .with("limit", verdict.limit())
                        .with("remaining", 0))
                .with("retry-after", Long.toString(seconds));
    }

    private static HttpResponse counting(HttpResponse response, RateLimits.Verdict verdict) {
        if (verdict.limit() == 0) return response;
        Map<String, String> headers = new LinkedHashMap<>(response.headers());
        headers.put("x-ratelimit-limit", Integer.toString(verdict.limit()));
        headers.put("x-ratelimit-remaining", Integer.toString(verdict.remaining()));
        headers.put("x-ratelimit-reset", Long.toString(verdict.seconds()));
        return new HttpResponse(response.status(), Map.copyOf(headers), response.body());
    }

    private static HttpResponse failed(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) cause = cause.getCause();
        if (cause instanceof Refusal refusal) return Answers.refused(refusal);
        if (cause instanceof HistoryUnavailable)
            return Answers.error(503, "service_unavailable", "Try again in a moment.")
                    .with("retry-after", "1");
        LOG.log(Level.WARNING, "a request to kaiku failed", cause);
        return Answers.error(500, "INTERNAL_ERROR", "Internal server error");
    }

    private CompletionStage<HttpResponse> counted(Endpoint endpoint, CompletionStage<HttpResponse> answer) {
        String operation = "kaiku " + endpoint.method().toLowerCase(Locale.ROOT) + " " + endpoint.template();
        return answer.whenComplete((response, _) -> {
            if (response != null) meter.add(Metric.API_CALLS, 1, operation, Integer.toString(response.status()));
        });
    }

    /** Each part decoded by itself, so that an encoded slash stays inside its part. Empty when an escape is broken. */
    private static Optional<List<String>> decodedSegments(String rawPath) {
        List<String> decoded = new ArrayList<>();
        for (String segment : Endpoint.segments(rawPath)) {
            try {
                decoded.add(URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException _) {
                return Optional.empty();
            }
        }
        return Optional.of(decoded);
    }
}
