package earshot.gateway;

import earshot.dialect.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What another node answers. Its client's going is told to that node by the end of the connection there. */
final class Relayed extends CompletableFuture<HttpResponse> implements Abandonable {
    private static final HttpResponse UNREACHABLE = HttpAnswer.bare(503);

    private final CompletionStage<HttpResponse> asked;

    Relayed(CompletionStage<HttpResponse> asked) {
        this.asked = asked;
        asked.whenComplete((response, failure) -> complete(failure == null ? response : UNREACHABLE));
    }

    @Override
    public void abandon() {
        asked.toCompletableFuture().cancel(true);
    }
}
