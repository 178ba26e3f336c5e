package earshot.gateway;

import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import earshot.gateway.engineio.CorsRules;
import java.util.concurrent.CompletableFuture;

/** An answer with what a browser must read before it shows it to its page. */
final class Marked extends CompletableFuture<HttpResponse> implements Abandonable {
    private final CompletableFuture<HttpResponse> answer;

    Marked(CompletableFuture<HttpResponse> answer, CorsRules cors, HttpRequest request) {
        this.answer = answer;
        answer.whenComplete((response, failure) -> {
            if (failure != null) completeExceptionally(failure);
            else complete(cors.mark(request, response));
        });
    }

    @Override
    public void abandon() {
        if (answer instanceof Abandonable abandonable) abandonable.abandon();
    }
}
