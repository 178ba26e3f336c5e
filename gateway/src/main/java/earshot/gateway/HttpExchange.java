package earshot.gateway;

import earshot.core.telemetry.Meter;
import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The request that one connection is busy with, from its head to its answer; then the next one. Confined to the connection's event loop. */
final class HttpExchange {
    private final GatewayLoop home;
    private final Meter meter;
    private int number;
    private @Nullable PendingRequest pending;
    /** Who has to know when nobody waits for the answer. */
    private @Nullable Abandonable awaited;

    HttpExchange(GatewayLoop home, Meter meter) {
        this.home = home;
        this.meter = meter;
    }

    void begin(PendingRequest request) {
        pending = request;
    }

    /** Null: between two requests. */
    @Nullable
    PendingRequest pending() {
        return pending;
    }

    /** No request has been answered yet. */
    boolean isFirst() {
        return number == 0;
    }

    /** Whoever answers wants to know whether somebody waits. */
    boolean isAwaited() {
        return awaited != null;
    }

    /** @param then given the answer, unless something else was answered meanwhile */
    void ask(Answerer answerer, HttpRequest whole, boolean crowded, Consumer<HttpResponse> then) {
        int asked = number;
        CompletionStage<HttpResponse> stage = RouteCall.ask(() -> answerer.answer(whole, home, crowded), meter);
        awaited = stage instanceof Abandonable open ? open : null;
        RouteCall.then(stage, home, meter, response -> {
            if (asked == number) then.accept(response);
        });
    }

    boolean isKeptAlive() {
        return pending != null && pending.head().keepAlive();
    }

    /** It is being answered, by whoever. True: its answer has no body, since it was a HEAD. */
    boolean end() {
        number++;
        boolean bodiless = pending != null && pending.head().method().equals("HEAD");
        pending = null;
        abandon();
        return bodiless;
    }

    /** What is still being asked is not waited for any more. */
    void abandon() {
        Abandonable asked = awaited;
        awaited = null;
        if (asked != null) asked.abandon();
    }
}
