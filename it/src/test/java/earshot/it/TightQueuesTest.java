package earshot.it;

import static earshot.it.Client.type;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.gateway.testkit.RawHttp;
import earshot.gateway.testkit.RawWebSocketClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with room for one command between its loops and little patience with handshakes; apart from {@link Flood}, whom that would hurt. */
class TightQueuesTest {
    @TempDir
    static Path directory;

    private static Flood flood;

    @BeforeAll
    static void start() throws IOException {
        flood = new Flood(
                directory,
                "network.loops=2",
                "limits.loop-queue=1",
                "limits.handshakes-per-second=20",
                "limits.handshake-wait=100ms");
    }

    @AfterAll
    static void stop() {
        flood.close();
    }

    /** Of eight rooms some live on the loop that their client does not. */
    @Test
    void commandsBetweenLoops_areRefusedAsBusy() throws IOException {
        byte[] said = Flood.frame("{\"type\":\"presence\",\"status\":\"away\"}");
        byte[] burst = RawWebSocketClient.join(
                IntStream.range(0, 200).mapToObj(_ -> said).toArray(byte[][]::new));
        for (int i = 0; i < 8; i++) {
            try (RawWebSocketClient client = comesAgainUntilLetIn("between-" + i)) {
                Flood.next(client, type("initial_state"));
                client.send(burst).text("{\"type\":\"nonsense\"}");
                Flood.awaitError(client, "Unknown message type");
            }
        }
        flood.counted(1, "earshot_loop_refused_total", "");
    }

    /** As a client does that hears 503: the handshakes of the other test may still be paid off. */
    private static RawWebSocketClient comesAgainUntilLetIn(String channel) {
        var in = new AtomicReference<@Nullable RawWebSocketClient>();
        var status = new AtomicInteger();
        Await.until("let in", status::get, () -> {
            try {
                var client = new RawWebSocketClient(
                        flood.server.address(), Flood.path(channel), "Authorization", Flood.token("b"));
                status.set(client.upgrade().status());
                if (status.get() == 101) in.set(client);
                else client.close();
                return status.get() == 101;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return Objects.requireNonNull(in.get());
    }

    @Test
    void handshakes_thatWaitTooLong_hear503() throws IOException {
        List<RawHttp> all = new ArrayList<>();
        int refused = 0;
        try {
            for (int i = 0; i < 200; i++)
                all.add(new RawHttp(flood.server.address())
                        .send(RawWebSocketClient.request(Flood.path("wait-" + i), "Authorization", Flood.token("w"))));
            for (RawHttp each : all) {
                RawHttp.Answer answer = each.answer();
                if (answer.status() == 101) continue;
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.header("retry-after")).isNotEmpty();
                refused++;
            }
        } finally {
            for (RawHttp each : all) each.close();
        }
        // Of the others some were refused because the loop of their room took no more.
        assertThat(refused).isPositive();
        flood.counted(1, "earshot_limits_total", "limit=\"limits.handshake-wait\"");
    }
}
