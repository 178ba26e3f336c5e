package earshot.server;

import earshot.core.lease.Incarnation;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.dialect.HttpResponse;
import earshot.gateway.EngineRelay;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Polls whose session lives on another node, asked for there over HTTP, at the address that the node advertises. Thread-safe. A node's place in
 * the ids of its sessions is made of that address, so that it stays the same as long as the node is reached there.
 */
final class PollRelay implements EngineRelay {
    /** Polls that wait for other nodes at a time. */
    private static final int MOST = 4096;

    private static final int MOST_BYTES = 16 << 20;
    /** A poll ends by itself long before. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final int most;
    private final Supplier<List<Incarnation>> living;
    private final Meter meter;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("poll-relay-", 0).factory());
    private final HttpClient http;
    private final AtomicInteger asking = new AtomicInteger();

    /** @param living the nodes of now, this one included */
    PollRelay(Supplier<List<Incarnation>> living, Meter meter) {
        this(MOST, living, meter);
    }

    PollRelay(int most, Supplier<List<Incarnation>> living, Meter meter) {
        this.most = most;
        this.living = living;
        this.meter = meter;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(2))
                .followRedirects(HttpClient.Redirect.NEVER)
                .executor(threads)
                .build();
    }

    /** What the ids of a node's sessions say about where they live. */
    static long place(String address) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(address.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(hash).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public @Nullable CompletionStage<HttpResponse> ask(long node, Request request) {
        String address = address(node);
        if (address == null) return null;
        if (asking.incrementAndGet() > most) {
            asking.decrementAndGet();
            meter.add(Metric.ENGINE_RELAYED, 1, "refused");
            return null;
        }
        return send(address, request);
    }

    private @Nullable String address(long node) {
        for (Incarnation each : living.get()) {
            if (!each.address().isEmpty() && place(each.address()) == node) return each.address();
        }
        return null;
    }

    private CompletableFuture<HttpResponse> send(String address, Request request) {
        var answer = new CompletableFuture<HttpResponse>();
        try {
            CompletableFuture<java.net.http.HttpResponse<byte[]>> sent = http.sendAsync(
                    outgoing(address, request), BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES));
            var _ = sent.whenComplete((response, failure) -> {
                asking.decrementAndGet();
                meter.add(Metric.ENGINE_RELAYED, 1, failure == null ? "answered" : "failed");
                if (failure == null) answer.complete(incoming(response));
                else answer.completeExceptionally(failure);
            });
            var _ = answer.whenComplete((_, _) -> sent.cancel(true));
        } catch (IllegalArgumentException e) {
            asking.decrementAndGet();
            answer.completeExceptionally(e);
        }
        return answer;
    }

    private static HttpRequest outgoing(String address, Request request) {
        String base = address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
        HttpRequest.BodyPublisher body = request.body().length == 0
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofByteArray(request.body());
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(base + request.target()))
                .timeout(PATIENCE)
                .header(HEADER, "1")
                .method(request.method(), body);
        if (!request.contentType().isEmpty()) builder.header("content-type", request.contentType());
        return builder.build();
    }

    private static HttpResponse incoming(java.net.http.HttpResponse<byte[]> response) {
        String type = response.headers().firstValue("content-type").orElse("text/plain");
        return new HttpResponse(
                response.statusCode(), Map.of("content-type", type, "cache-control", "no-store"), response.body());
    }

    void close() {
        http.shutdownNow();
        threads.shutdownNow();
    }
}
