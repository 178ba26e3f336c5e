package earshot.gateway;

import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.HttpRoute;
import java.util.concurrent.CompletionStage;

/** Who answers a request that is no upgrade: a route, or the gateway itself. On the loop of its connection. */
@FunctionalInterface
interface Answerer {
    /**
     * Completes on any thread; a stage that is {@link Abandonable} hears when nobody waits any more.
     *
     * @param crowded see {@link HttpConnection}
     */
    CompletionStage<HttpResponse> answer(HttpRequest whole, GatewayLoop home, boolean crowded);

    static Answerer of(HttpRoute.Handler route) {
        return (whole, _, _) -> route.handle(whole);
    }
}
