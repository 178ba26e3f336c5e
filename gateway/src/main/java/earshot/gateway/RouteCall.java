package earshot.gateway;

import earshot.core.telemetry.Meter;
import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.HttpRoute;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Asks a route on behalf of one connection. Whatever the route does, there is an answer, on the connection's loop. */
final class RouteCall {
    private RouteCall() {}

    static void ask(
            HttpRoute.Handler route, HttpRequest request, GatewayLoop home, Meter meter, Consumer<HttpResponse> then) {
        CompletionStage<HttpResponse> stage;
        try {
            stage = route.handle(request);
        } catch (Throwable e) {
            Faults.contain(e, meter, "http route");
            then.accept(internalError());
            return;
        }
        home.whenDone(stage, (response, failure) -> {
            if (failure != null) Faults.contain(failure, meter, "http route");
            then.accept(response == null ? internalError() : response);
        });
    }

    static HttpResponse internalError() {
        return HttpResponse.text(500, "Internal error");
    }
}
