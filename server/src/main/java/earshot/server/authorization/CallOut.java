package earshot.server.authorization;

import earshot.core.message.RoomId;
import earshot.core.session.Session;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import earshot.dialect.summit.RoomAuthorizer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks the product's back end at each join: {@code POST} of {@code {dialect, tenant, user, room, roles, permissions, actions}}, answered with 200 and
 * {@code {"allowed": ["join", "send"]}}; 403 is the same as an empty list. Anything else, and no answer in time, lets nobody in. Signed as calls to us are
 * (DECISIONS 10): {@code X-Earshot-Timestamp}, and {@code X-Earshot-Signature}, {@code sha256=} and HMAC-SHA256 over timestamp, {@code POST}, path, query and
 * body, a line feed between each.
 *
 * <p>Thread-safe; never blocks; at most {@value #MAX_IN_FLIGHT} questions are under way, more fail at once.
 */
public final class CallOut implements RoomAuthorizer, AutoCloseable {
    static final int MAX_IN_FLIGHT = 256;
    private static final int FORBIDDEN = 403;
    private static final int OK = 200;
    private static final int MAX_ANSWER_CHARS = 16 << 10;
    private static final String ROLE = "role:";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI address;
    private final @Nullable String secret;
    private final Duration within;
    private final Clock clock;
    private final Meter meter;
    private final HttpClient http;
    private final Semaphore places = new Semaphore(MAX_IN_FLIGHT);

    /** @param secret null: unsigned */
    public CallOut(URI address, @Nullable String secret, Duration within, Clock clock, Meter meter) {
        this.address = address;
        this.secret = secret;
        this.within = within;
        this.clock = clock;
        this.meter = meter;
        this.http = HttpClient.newBuilder()
                .connectTimeout(within)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    @Override
    public CompletionStage<Set<Action>> allowed(Session session, RoomId room) {
        if (!places.tryAcquire()) return failed("too_many");
        HttpRequest request = request(session, room);
        return http.sendAsync(request, BodyHandlers.ofString(StandardCharsets.UTF_8))
                .orTimeout(within.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS)
                .whenComplete((_, failure) -> {
                    places.release();
                    if (failure != null) meter.add(Metric.AUTHORIZATIONS, 1, "failed");
                })
                .thenCompose(this::actions);
    }

    private HttpRequest request(Session session, RoomId room) {
        byte[] body = body(session, room);
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .timeout(within)
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofByteArray(body));
        if (secret == null) return request.build();
        String timestamp = Long.toString(Math.floorDiv(clock.millis(), 1000));
        String query = address.getRawQuery() == null ? "" : address.getRawQuery();
        String path = address.getRawPath().isEmpty() ? "/" : address.getRawPath();
        String head = timestamp + "\nPOST\n" + path + "\n" + query + "\n";
        return request.header("x-earshot-timestamp", timestamp)
                .header("x-earshot-signature", "sha256=" + hmac(secret, head, body))
                .build();
    }

    private static byte[] body(Session session, RoomId room) {
        ObjectNode body = JSON.createObjectNode()
                .put("dialect", session.dialect())
                .put("tenant", session.tenant())
                .put("realm", room.realm())
                .put("room", room.name());
        if (session.user() != null) body.put("user", session.user().user().id());
        var roles = body.putArray("roles");
        var permissions = body.putArray("permissions");
        for (String word : session.permissions().stream().sorted().toList()) {
            if (word.startsWith(ROLE)) roles.add(word.substring(ROLE.length()));
            else permissions.add(word);
        }
        body.putArray("actions").add("join").add("send");
        return body.toString().getBytes(StandardCharsets.UTF_8);
    }

    private CompletionStage<Set<Action>> actions(HttpResponse<String> answer) {
        if (answer.statusCode() == FORBIDDEN) return told(Set.of(), "denied");
        if (answer.statusCode() != OK || answer.body().length() > MAX_ANSWER_CHARS) return failed("odd_answer");
        try {
            JsonNode allowed = JSON.readTree(answer.body()).path("allowed");
            Set<Action> actions = EnumSet.noneOf(Action.class);
            for (JsonNode word : List.copyOf(allowed.valueStream().toList())) {
                if (word.asString("").equals("join")) actions.add(Action.JOIN);
                if (word.asString("").equals("send")) actions.add(Action.SEND);
            }
            return told(actions, actions.isEmpty() ? "denied" : "allowed");
        } catch (JacksonException e) {
            return failed("odd_answer");
        }
    }

    private CompletionStage<Set<Action>> told(Set<Action> actions, String outcome) {
        meter.add(Metric.AUTHORIZATIONS, 1, outcome);
        return CompletableFuture.completedStage(actions);
    }

    private CompletionStage<Set<Action>> failed(String outcome) {
        meter.add(Metric.AUTHORIZATIONS, 1, outcome);
        return CompletableFuture.failedStage(new IllegalStateException("the product did not say who may: " + outcome));
    }

    private static String hmac(String secret, String head, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update(head.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    /** Questions that are under way fail. */
    @Override
    public void close() {
        http.shutdownNow();
    }
}
