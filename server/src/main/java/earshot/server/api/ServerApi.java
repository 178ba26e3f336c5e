package earshot.server.api;

import earshot.core.message.Problem;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.HttpRoute;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Everything under {@code /v1}: finds the operation, asks for key, signature and rate, and answers errors in one form. Thread-safe; never blocks.
 */
public final class ServerApi {
    private static final Logger LOG = System.getLogger(ServerApi.class.getName());

    private final List<Operation> operations;
    private final ApiGuard guard;
    private final int maxBodyBytes;
    private final Meter meter;

    ServerApi(List<Operation> operations, ApiGuard guard, int maxBodyBytes, Meter meter) {
        this.operations = operations.stream()
                .sorted(Comparator.comparingLong(Operation::fixedWords).reversed())
                .toList();
        this.guard = guard;
        this.maxBodyBytes = maxBodyBytes;
        this.meter = meter;
    }

    /** @param subjects what there is to ask about */
    public static ServerApi of(ApiSubjects subjects, ApiGuard guard, int maxBodyBytes, Meter meter) {
        List<Operation> all = new ArrayList<>();
        all.addAll(new MessageOperations(subjects).operations());
        all.addAll(new PeopleOperations(subjects).operations());
        all.addAll(new RoomOperations(subjects).operations());
        all.addAll(new EmitOperations(subjects).operations());
        all.addAll(new UsageOperations(subjects, guard).operations());
        all.addAll(new MetricOperations(subjects).operations());
        all.addAll(OpenApi.operations());
        return new ServerApi(all, guard, maxBodyBytes, meter);
    }

    public List<HttpRoute> routes() {
        return List.of(
                new HttpRoute("*", "/v1/*", maxBodyBytes, this::answer, Answers::refused),
                new HttpRoute("*", "/v1", maxBodyBytes, _ -> done(unknownPath()), Answers::refused));
    }

    List<Operation> operations() {
        return operations;
    }

    CompletionStage<HttpResponse> answer(HttpRequest request) {
        Optional<List<String>> segments = decodedSegments(request.rawPath());
        if (segments.isEmpty())
            return done(Answers.error(Problem.INVALID, "path: a percent sign without two hexadecimal digits"));
        List<String> methods = new ArrayList<>();
        for (Operation operation : operations) {
            Optional<Map<String, String>> words = operation.match(segments.get());
            if (words.isEmpty()) continue;
            if (operation.method().equals(request.method()) || isHeadOf(operation, request))
                return counted(operation, checked(operation, new ApiCall(request, words.get())));
            methods.add(operation.method());
        }
        return done(methods.isEmpty() ? unknownPath() : wrongMethod(methods));
    }

    private static boolean isHeadOf(Operation operation, HttpRequest request) {
        return request.method().equals("HEAD") && operation.method().equals("GET");
    }

    private static HttpResponse unknownPath() {
        return Answers.error(Problem.NOT_FOUND, "There is no such path; /v1/openapi.yaml has all of them.");
    }

    private static HttpResponse wrongMethod(List<String> methods) {
        var body = Answers.object();
        String allowed = String.join(", ", methods.stream().sorted().distinct().toList());
        body.putObject("error").put("code", "method_not_allowed").put("message", "This path takes " + allowed + ".");
        return Answers.json(405, body).with("allow", allowed);
    }

    private CompletionStage<HttpResponse> checked(Operation operation, ApiCall call) {
        try {
            HttpResponse refusal = refusal(operation, call.request());
            if (refusal != null) return done(refusal);
            return operation.handler().apply(call).exceptionally(ServerApi::failed);
        } catch (ApiRefusal e) {
            return done(Answers.error(e.problem(), e.sentence()));
        }
    }

    private @Nullable HttpResponse refusal(Operation operation, HttpRequest request) {
        Scope scope = operation.scope();
        return scope == null ? null : guard.refusal(request, scope);
    }

    private static HttpResponse failed(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        if (cause instanceof ApiRefusal refusal) return Answers.error(refusal.problem(), refusal.sentence());
        if (cause instanceof earshot.core.history.HistoryUnavailable) return Answers.error(Problem.UNAVAILABLE);
        LOG.log(Level.WARNING, "a call of /v1 failed", cause);
        return Answers.error(Problem.INTERNAL);
    }

    private CompletionStage<HttpResponse> counted(Operation operation, CompletionStage<HttpResponse> answer) {
        return answer.whenComplete((response, _) -> {
            if (response != null) meter.add(Metric.API_CALLS, 1, operation.id(), Integer.toString(response.status()));
        });
    }

    /** Each part decoded by itself, so that an encoded slash stays inside its part. Empty when an escape is broken. */
    private static Optional<List<String>> decodedSegments(String rawPath) {
        List<String> decoded = new ArrayList<>();
        for (String segment : Operation.segments(rawPath)) {
            try {
                decoded.add(java.net.URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }
        return Optional.of(decoded);
    }

    static CompletionStage<HttpResponse> done(HttpResponse response) {
        return CompletableFuture.completedStage(response);
    }
}
