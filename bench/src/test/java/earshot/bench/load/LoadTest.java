package earshot.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import earshot.bench.bare.BareServer;
import earshot.bench.load.LoadPlan.Disturbance;
import earshot.bench.load.LoadPlan.Pace;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real runs against the bare loop, in this process. No word about speed. */
final class LoadTest {
    private Channel server;

    @BeforeEach
    void start() throws InterruptedException {
        server = BareServer.start(0);
    }

    @AfterEach
    void stop() {
        server.close();
        server.eventLoop().parent().shutdownGracefully();
    }

    @Test
    void closedLoop_overRooms_hearsEverythingOnce() throws IOException {
        LoadResult result = run(Pace.window(4), Disturbance.NONE);
        assertThat(result.isFine()).isTrue();
        assertThat(result.connects().opened()).isEqualTo(20);
        assertThat(result.traffic().published()).isPositive();
        assertThat(result.checks().expected())
                .isGreaterThanOrEqualTo(result.traffic().published() * 10);
        assertThat(result.latency().p50()).isPositive();
        assertThat(result.notes()).noneMatch(note -> note.contains("could not be sent"));
    }

    @Test
    void openLoop_keepsItsSchedule() throws IOException {
        LoadResult result = run(Pace.rate(200), Disturbance.NONE);
        assertThat(result.isFine()).isTrue();
        assertThat(result.checks().expected()).isEqualTo(100 * 10);
        assertThat(result.latency().count()).isEqualTo(80 * 10);
    }

    @Test
    void messages_thatComeInPieces_areAllHeard() throws IOException {
        try (Pieces between = new Pieces(port())) {
            LoadResult result = Load.run(
                    plan(between.port(), Pace.rate(100), Disturbance.NONE, 400), Credentials.NONE, Progress.SILENT);
            assertThat(result.isFine()).isTrue();
            assertThat(result.checks().expected()).isEqualTo(50 * 10);
        }
    }

    @Test
    void members_whomTheServerCuts_areCounted() throws IOException {
        try (Pieces between = new Pieces(port())) {
            List<LoadResult.Second> told = new ArrayList<>();
            LoadPlan plan = plan(between.port(), Pace.window(1), Disturbance.NONE, 60_000);
            LoadResult result = Load.run(plan, Credentials.NONE, new Progress() {
                @Override
                public void second(LoadResult.Second second) {
                    if (told.isEmpty()) between.cut();
                    told.add(second);
                }

                @Override
                public boolean isCancelled() {
                    return told.size() > 1;
                }
            });
            assertThat(result.connects().closes().values().stream()
                            .mapToLong(Long::longValue)
                            .sum())
                    .isEqualTo(20);
            assertThat(result.checks().doubled() + result.checks().reordered()).isZero();
        }
    }

    @Test
    void slowReaders_areNotTimedAndMissNothing() throws IOException {
        LoadResult result = run(Pace.rate(200), new Disturbance(4, Duration.ofMillis(100), 0));
        assertThat(result.isFine()).isTrue();
        assertThat(result.checks().expected()).isEqualTo(100 * 10);
        assertThat(result.latency().count()).isEqualTo(80 * 8);
    }

    @Test
    void droppedMembers_comeBack() throws IOException {
        LoadResult result = run(Pace.rate(200), new Disturbance(0, Duration.ZERO, 6));
        assertThat(result.isFine()).isTrue();
        assertThat(result.connects().opened()).isEqualTo(26);
        assertThat(result.notes()).anyMatch(note -> note.startsWith("6 members lost their connection"));
    }

    @Test
    void progress_isToldOfSecondsAndMayEndTheRun() throws IOException {
        List<LoadResult.Second> told = new ArrayList<>();
        LoadResult result =
                Load.run(plan(port(), Pace.window(1), Disturbance.NONE, 60_000), Credentials.NONE, new Progress() {
                    @Override
                    public void second(LoadResult.Second second) {
                        told.add(second);
                    }

                    @Override
                    public boolean isCancelled() {
                        return !told.isEmpty();
                    }
                });
        assertThat(result.endedEarly()).isTrue();
        assertThat(result.series()).startsWith(told.getFirst());
        assertThat(result.checks().isClean()).isTrue();
    }

    @Test
    void nobodyThere_isASentence() {
        int free = port();
        stop();
        server.closeFuture().syncUninterruptibly();
        assertThatThrownBy(() ->
                        Load.run(plan(free, Pace.window(1), Disturbance.NONE, 500), Credentials.NONE, Progress.SILENT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nobody answers at 127.0.0.1:" + free);
    }

    private LoadResult run(Pace pace, Disturbance disturbance) throws IOException {
        return Load.run(plan(port(), pace, disturbance, 400), Credentials.NONE, Progress.SILENT);
    }

    private int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    private static LoadPlan plan(int port, Pace pace, Disturbance disturbance, int millis) {
        return new LoadPlan(
                "custom",
                "bare",
                new LoadPlan.Target(
                        URI.create("ws://127.0.0.1:" + port),
                        "raw",
                        "/{room}",
                        "",
                        "{\"type\":\"message\",\"content\":\"{content}\"}",
                        null,
                        List.of()),
                new LoadPlan.Crowd(20, 2, 0, 1),
                new LoadPlan.Traffic(pace, 100),
                new LoadPlan.Timing(Duration.ofMillis(100), Duration.ofMillis(millis), Duration.ofSeconds(2)),
                disturbance,
                1);
    }
}
