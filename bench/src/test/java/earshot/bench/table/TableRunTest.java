package earshot.bench.table;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.bench.load.LoadResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers are processes that sleep, behind a port that the test listens on; what they can do is made up. */
final class TableRunTest {
    @TempDir
    Path directory;

    private final List<Contender> started = new ArrayList<>();
    private final List<ServerProcess> processes = new ArrayList<>();
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private int warmUps;
    private ServerSocket listening;

    @BeforeEach
    void listen() throws IOException {
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        listening.close();
    }

    private Rival start(Contender contender) throws IOException, InterruptedException {
        started.add(contender);
        if (contender == Contender.NCHAN) throw new IOException("it has no licence");
        var process = ServerProcess.start(List.of("sleep", "60"), Map.of(), directory, listening.getLocalPort());
        processes.add(process);
        return new Rival(contender, process, "");
    }

    /** A server that gets faster until it was asked for the fourth time. */
    private final class MadeUpLoad implements LoadSource {
        @Override
        public String description() {
            return "made up";
        }

        @Override
        public Table.Figures measure(Rival rival, Shape shape, double warmUp, double seconds, int payloadBytes)
                throws IOException {
            if (warmUp == 0) return MadeUpTable.figures(100 * Math.min(4, ++warmUps), 0);
            if (shape == Shape.ONE_OF_10000) throw new IOException("nobody listens");
            return MadeUpTable.figures(rival.contender() == Contender.BARE ? 200 : 190, 0);
        }

        @Override
        public LoadResult.Idle idle(Rival rival, int connections, double restSeconds) {
            return new LoadResult.Idle(1, 1, 2, 2, 3000, 0.1, restSeconds);
        }
    }

    private Table run(Table table, List<Step> steps, long stopNanos) throws IOException, InterruptedException {
        var out = new PrintStream(said, true, StandardCharsets.UTF_8);
        var progress = new ProgressLine(out, false, steps.size(), 0);
        TableFile file = new TableFile(directory.resolve("t.json"));
        try (TableRun run = new TableRun(
                table, this::start, new MadeUpLoad(), () -> new Table.SqliteRun(90_000, 9, 900, ""), file, progress)) {
            return run.run(steps, stopNanos);
        }
    }

    private static Table begun(int rounds, Contender... contenders) {
        MadeUpTable made = new MadeUpTable();
        for (Contender contender : contenders) made.with(contender, rounds, Shape.ONE_OF_100, 1);
        Table table = made.unfinished().table();
        return new Table(
                Table.FORMAT, table.startedAt(), table.setup(), List.of(), List.of(), null, table.notes(), false);
    }

    @Test
    void run_ofEverything_measuresAndFinishes() throws Exception {
        Table table = begun(2, Contender.BARE, Contender.MEMORY);
        Table done = run(table, Step.left(table, List.of(Contender.MEMORY)), Long.MAX_VALUE);
        assertThat(done.finished()).isTrue();
        assertThat(done.runs()).hasSize(2 * 2 * 4);
        assertThat(done.idle()).hasSize(1);
        assertThat(done.sqlite()).isNotNull();
        assertThat(TableFile.read(directory.resolve("t.json"))).isEqualTo(done);
        assertThat(Step.left(done, List.of(Contender.MEMORY))).isEmpty();
        assertThat(Gates.ratio(done, Contender.MEMORY, Contender.BARE, Shape.ONE_OF_100))
                .isEqualTo(new Spread(0.95, 0.95, 0.95, 2));
        assertThat(started)
                .as("once in a round, and once for idle")
                .containsExactlyInAnyOrder(
                        Contender.BARE, Contender.MEMORY, Contender.BARE, Contender.MEMORY, Contender.MEMORY);
        assertThat(processes).noneMatch(ServerProcess::isAlive);
    }

    @Test
    void run_ofAFreshServer_warmsItUpUntilItGainsNothing() throws Exception {
        Table table = begun(1, Contender.BARE);
        run(table, Step.left(table, List.of()), Long.MAX_VALUE);
        assertThat(warmUps).as("100, 200, 300, 400, and 400 twice again").isEqualTo(6);
    }

    @Test
    void run_whenALoadFails_saysWhyAndGoesOn() throws Exception {
        Table table = begun(1, Contender.BARE);
        Table done = run(table, Step.left(table, List.of()), Long.MAX_VALUE);
        assertThat(Gates.failed(done)).extracting(Table.Run::failure).containsExactly("nobody listens");
        assertThat(Gates.measured(done, Contender.BARE, Shape.MANY_OF_10)).hasSize(1);
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("[3/5] round 1, bare Netty loop, one room of 10,000: failed: nobody listens (0 s)");
    }

    @Test
    void run_whenAServerDoesNotStart_triesOnceARound() throws Exception {
        Table table = begun(2, Contender.NCHAN);
        Table done = run(table, Step.left(table, List.of()), Long.MAX_VALUE);
        assertThat(started).containsExactly(Contender.NCHAN, Contender.NCHAN);
        assertThat(Gates.failed(done)).hasSize(8).allMatch(r -> r.failure().equals("it has no licence"));
    }

    @Test
    void run_whenTimeIsShort_beginsNothingThatEndsLater() throws Exception {
        Table table = begun(1, Contender.BARE);
        Table stopped = run(table, Step.left(table, List.of()), System.nanoTime() + 1_000_000_000L);
        assertThat(stopped.finished()).isFalse();
        assertThat(stopped.runs()).isEmpty();
        assertThat(started).isEmpty();
    }

    @Test
    void start_ofACommandThatEnds_saysItsLastLine() {
        var command = List.of("sh", "-c", "echo first; echo no such option; exit 3");
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> ServerProcess.start(
                        command, Map.of(), Files.createDirectory(directory.resolve("x")), ServerProcess.freePort()))
                .isInstanceOf(IOException.class)
                .hasMessage("it ended with status 3: no such option");
    }
}
