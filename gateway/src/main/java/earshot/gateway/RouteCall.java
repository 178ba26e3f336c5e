package earshot.gateway;

import earshot.core.telemetry.Meter;
import earshot.dialect.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Asks who answers on behalf of one connection. Whatever that one does, there is an answer, on the connection's loop. */
final class RouteCall {
    private RouteCall() {}

    /** Never throws; what it fails with is contained. */
    static CompletionStage<HttpResponse> ask(Supplier<CompletionStage<HttpResponse>> question, Meter meter) {
        try {
            return question.get();
        } catch (Throwable e) {
            Faults.contain(e, meter, "http route");
            return CompletableFuture.completedStage(internalError());
        }
    }

    static void then(CompletionStage<HttpResponse> stage, GatewayLoop home, Meter meter, Consumer<HttpResponse> then) {
        home.whenDone(stage, (response, failure) -> {
            if (failure != null) Faults.contain(failure, meter, "http route");
            then.accept(response == null ? internalError() : response);
        });
    }

    static HttpResponse internalError() {
        return HttpResponse.text(500, "Internal error");
    }
}
