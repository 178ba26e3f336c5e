package earshot.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.telemetry.MemoryMeter;
import earshot.core.telemetry.Metric;
import earshot.dialect.HttpResponse;
import earshot.dialect.HttpRoute;
import earshot.gateway.testkit.RawHttp;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that do not take the answers to plain requests: counted as long as they are waited for, and not waited for long. */
class HttpSlowReaderTest {
    private static final int LARGE = 8 << 20;
    private static final Duration PATIENCE = Duration.ofMillis(700);

    private final MemoryMeter meter = new MemoryMeter();
    private final TestGateway gateway = new TestGateway(
            TestGateway.CONFIG.with(GatewayConfig.Http.DEFAULT
                    .times(PATIENCE, PATIENCE, Duration.ofMillis(200), PATIENCE)
                    .takenWithin(PATIENCE)),
            List.of(),
            List.of(new HttpRoute(
                    "GET",
                    "/large",
                    0,
                    _ -> CompletableFuture.completedStage(HttpResponse.text(200, "x".repeat(LARGE))))),
            true,
            null,
            meter);

    @AfterEach
    void stop() {
        gateway.close();
        assertThat(gateway.budget.used()).isZero();
    }

    private Socket asking(String more) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(64 << 10);
        socket.setSoTimeout(RawHttp.PATIENCE_MILLIS);
        socket.connect(gateway.address);
        var _ = new RawHttp(socket).send("GET /large HTTP/1.1\nHost: t\n" + more + "\n");
        until("the answer is held", () -> gateway.budget.used() > LARGE / 2);
        return socket;
    }

    private static void until(String what, BooleanSupplier true_) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!true_.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private List<MemoryMeter.Sample> limits() {
        return meter.snapshot().stream()
                .filter(family -> family.metric() == Metric.LIMITS)
                .flatMap(family -> family.samples().stream())
                .toList();
    }

    @Test
    void whoTakesNothing_isCutInTime() throws IOException {
        try (Socket _ = asking("");
                Socket _ = asking("Connection: close\n")) {
            until("nothing is held for them", () -> gateway.budget.used() == 0);
            assertThat(limits()).containsExactly(new MemoryMeter.Sample(List.of("limits.slow-reader-timeout"), 2));
        }
    }

    @Test
    void whoTakesItSlowly_getsAllOfIt() throws IOException {
        try (Socket kept = asking("");
                Socket last = asking("Connection: close\n")) {
            for (long read = 0; read < LARGE; read += LARGE / 32) {
                for (Socket socket : List.of(kept, last))
                    assertThat(socket.getInputStream().readNBytes(LARGE / 32))
                            .as("after %s", read)
                            .hasSize(LARGE / 32);
                LockSupport.parkNanos(PATIENCE.toNanos() / 10);
            }
        }
        assertThat(limits()).isEmpty();
    }

    @Test
    void nearTheBudget_whoIsSlowGoes() throws IOException {
        gateway.budget.hold(TestGateway.BUDGET_BYTES - LARGE);
        try (Socket socket = asking("")) {
            InputStream in = socket.getInputStream();
            until("it is cut while it reads", () -> {
                try {
                    var _ = in.readNBytes(32 << 10);
                    LockSupport.parkNanos(10_000_000);
                } catch (IOException e) {
                    return true;
                }
                return !limits().isEmpty();
            });
            assertThat(limits()).containsExactly(new MemoryMeter.Sample(List.of("limits.memory-budget"), 1));
        } finally {
            gateway.budget.hold(LARGE - TestGateway.BUDGET_BYTES);
        }
    }
}
