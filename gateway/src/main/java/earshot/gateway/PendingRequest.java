package earshot.gateway;

import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.HttpRoute;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A request whose head is here: who answers it, and its body so far. Confined to its connection's event loop. */
final class PendingRequest {
    private static final byte[] NO_BODY = {};
    private static final Duration AFTER_HEARTBEAT = Duration.ofSeconds(10);

    private final HttpHead head;
    private final HttpRoutes routes;
    private final @Nullable Answerer answerer;
    private final Duration answerTime;
    private final int maxBodyBytes;
    private @Nullable ByteArrayOutputStream body;

    private PendingRequest(
            HttpHead head, HttpRoutes routes, @Nullable Answerer answerer, Duration answerTime, int maxBodyBytes) {
        this.head = head;
        this.routes = routes;
        this.answerer = answerer;
        this.answerTime = answerTime;
        this.maxBodyBytes = maxBodyBytes;
    }

    HttpHead head() {
        return head;
    }

    /** Null: it wants an upgrade. */
    @Nullable
    Answerer answerer() {
        return answerer;
    }

    /** After which it is answered for. */
    Duration answerTime() {
        return answerTime;
    }

    // Who answers.

    static PendingRequest routed(HttpHead head, Reception reception) {
        HttpRoutes routes = reception.routes;
        Duration answerTime = reception.config.http().answerTime();
        if (head.isUpgrade()) return new PendingRequest(head, routes, null, answerTime, 0);
        EngineTerms engine = reception.engine.at(head.target().path());
        if (engine != null) return engine(head, reception, engine);
        return switch (routes.find(head.method(), head.target().path())) {
            case HttpRoutes.Found.Route(HttpRoute route) ->
                new PendingRequest(
                        head,
                        routes,
                        Answerer.of(
                                route.path().equals("/*") ? unlessKnown(route.handler(), reception) : route.handler()),
                        answerTime,
                        route.maxBodyBytes());
            case HttpRoutes.Found.WrongMethod(String allowed) ->
                new PendingRequest(head, routes, Answerer.of(wrongMethod(head.method(), allowed)), answerTime, 0);
            case HttpRoutes.Found.Nothing() ->
                new PendingRequest(head, routes, Answerer.of(nothing(head, reception)), answerTime, 0);
        };
    }

    /** A poll may wait for as long as a session may be silent. */
    private static PendingRequest engine(HttpHead head, Reception reception, EngineTerms terms) {
        return new PendingRequest(
                head,
                reception.routes,
                (request, home, crowded) -> reception.engine.answer(reception, terms, request, home, crowded),
                terms.io
                        .times()
                        .pingInterval()
                        .plus(terms.io.times().pingTimeout())
                        .plus(AFTER_HEARTBEAT),
                head.method().equals("POST") ? terms.maxPayloadBytes() : 0);
    }

    /** A dialect's path is no page, even where pages answer for everything. */
    private static HttpRoute.Handler unlessKnown(HttpRoute.Handler pages, Reception reception) {
        return request -> Handshake.isKnownPath(reception, request)
                ? CompletableFuture.completedStage(withoutUpgrade(request))
                : pages.handle(request);
    }

    /** A GET could have been an upgrade; nothing else could. */
    private static HttpResponse withoutUpgrade(HttpRequest request) {
        return request.method().equals("GET") || request.method().equals("HEAD")
                ? WebSocketOffer.required()
                : HttpAnswer.bare(405).with("allow", "GET");
    }

    private static HttpRoute.Handler nothing(HttpHead head, Reception reception) {
        if (head.target().path().equals("*")) return wrongMethod(head.method(), "GET, HEAD, OPTIONS, POST");
        return unlessKnown(request -> reception.notFound.handle(request), reception);
    }

    private static HttpRoute.Handler wrongMethod(String method, String allowed) {
        HttpResponse answer = method.equals("OPTIONS")
                ? new HttpResponse(204, Map.of("allow", allowed), NO_BODY)
                : HttpAnswer.bare(405).with("allow", allowed);
        return _ -> CompletableFuture.completedStage(answer);
    }

    // What it brings.

    /** Why its head alone is enough to refuse it; null: it may go on. */
    @Nullable
    HttpResponse objection() {
        if (!head.target().legal() && !head.isUpgrade()) return refusal(400);
        if (head.bodyLength() > maxBodyBytes) return refusal(413);
        return head.expects() && !head.expectsContinue() ? refusal(417) : null;
    }

    /** In the words of whoever answers on its path. */
    HttpResponse refusal(int status) {
        return routes.refusal(head.target().path(), status);
    }

    /** False: more came than may. */
    boolean take(ByteBuf part) {
        int size = part.readableBytes();
        if (size == 0) return true;
        ByteArrayOutputStream all = body == null ? new ByteArrayOutputStream(size) : body;
        body = all;
        if (all.size() + size > maxBodyBytes) return false;
        byte[] bytes = new byte[size];
        part.readBytes(bytes);
        all.writeBytes(bytes);
        return true;
    }

    /** All of it is here; once. */
    HttpRequest whole(Peer client) {
        HttpRequest whole = head.request(body == null ? NO_BODY : body.toByteArray(), client);
        body = null;
        return whole;
    }
}
