package earshot.server.status;

import earshot.core.message.Problem;
import earshot.dialect.HttpResponse;
import earshot.engine.prometheus.PrometheusPage;
import earshot.server.api.Answers;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The page for Prometheus, rendered on a thread of its own, since it reads files of the system. Thread-safe. At most {@value #MAX_WAITING} wait;
 * more are answered with 503.
 */
public final class MetricsPage {
    private static final int MAX_WAITING = 64;

    private final PrometheusPage page;
    private final ThreadPoolExecutor renderer;

    public MetricsPage(PrometheusPage page) {
        this.page = page;
        this.renderer = new ThreadPoolExecutor(
                1,
                1,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING),
                Thread.ofPlatform().daemon().name("earshot-metrics").factory());
        renderer.allowCoreThreadTimeOut(true);
    }

    /** @param accept the request's header; empty when there is none */
    CompletionStage<HttpResponse> answer(String accept) {
        try {
            return CompletableFuture.supplyAsync(() -> rendered(accept), renderer);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedStage(Answers.error(Problem.BUSY, "Too many ask for metrics at once."));
        }
    }

    private HttpResponse rendered(String accept) {
        PrometheusPage.Page rendered = page.render(accept.isEmpty() ? null : accept);
        return new HttpResponse(
                200, Map.of("content-type", rendered.contentType(), "cache-control", "no-store"), rendered.body());
    }

    public void close() {
        renderer.shutdownNow();
    }
}
