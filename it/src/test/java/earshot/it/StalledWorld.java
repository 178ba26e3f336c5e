package earshot.it;

import earshot.gateway.testkit.Swarm;
import earshot.gateway.testkit.SwarmClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * A server in a process of its own, as the launcher starts one, and rooms on it with members of which many do not read. The test's thread plays;
 * clients live on the swarm's, whose process is the test's: so 5,000 of them and others fit into 20,000 descriptors.
 */
final class StalledWorld implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    /** So little that what waits for a client waits with the server. */
    private static final int SMALL_BUFFER = 16 << 10;

    /** Of the server, at most. */
    static final long HEAP = 384L << 20;

    final Swarm swarm;
    final List<RoomSpeaker> speakers = new ArrayList<>();
    final List<RoomMember> members = new ArrayList<>();

    private final RunningServer server;
    private final Random random;
    private final String name;
    private long[] latencies = new long[1 << 16];
    private int latencyCount;
    private volatile boolean stopping;

    StalledWorld(String name, Path directory, long seed, String... settings) throws IOException {
        this.name = name;
        this.random = new Random(seed);
        List<String> arguments = new ArrayList<>(List.of("--set", "waddle.channel-sockets=5000"));
        for (String setting : settings) arguments.addAll(List.of("--set", setting));
        // As server/src/main/dist/jvm.options has it.
        List<String> jvm = List.of("-Xmx" + HEAP, "-da", "-Xmn32m", "-XX:+UseCompactObjectHeaders");
        server = RunningServer.start(directory, jvm, arguments.toArray(String[]::new));
        swarm = new Swarm(server.address());
    }

    RunningServer server() {
        return server;
    }

    // What the test does

    /** A room with so many members who may stall, and so many who do not. */
    void room(String channel, int mayStall, int steady) {
        swarm.ask(() -> {
            RoomSpeaker speaker = new RoomSpeaker(this, channel);
            speakers.add(speaker);
            speaker.dial();
            for (int i = 0; i < mayStall + steady; i++) {
                boolean small = i < mayStall;
                RoomMember member =
                        new RoomMember(this, speaker, (small ? "slow-" : "fast-") + i, small ? SMALL_BUFFER : 0);
                members.add(member);
                member.dial();
            }
            return null;
        });
        await(
                "all are in " + channel,
                () -> speakers.getLast().isJoined() && members.stream().allMatch(RoomMember::isJoined));
    }

    /** More members of a room, who stop reading as soon as they are in. */
    void joinStalled(String channel, int count) {
        swarm.ask(() -> {
            RoomSpeaker speaker = speakers.stream()
                    .filter(s -> s.channel.equals(channel))
                    .findFirst()
                    .orElseThrow();
            for (int i = 0; i < count; i++) {
                RoomMember member = new RoomMember(this, speaker, "slow-" + members.size(), SMALL_BUFFER);
                member.stallAtOnce();
                members.add(member);
                member.dial();
            }
            return null;
        });
        await("all have dialled", () -> members.stream().allMatch(RoomMember::isOpen));
    }

    /** In every room; returns when all who read have all of it. */
    void say(int count, int chars, Duration pace) {
        swarm.run(() -> speakers.forEach(s -> s.say(count, chars, pace)));
        awaitHeard(m -> !m.isStalled());
    }

    void stall(boolean on, Predicate<RoomMember> which) {
        swarm.run(() -> members.stream().filter(which).forEach(m -> m.stall(on)));
    }

    /** Until these have everything that was said. */
    void awaitHeard(Predicate<RoomMember> which) {
        await(
                "everything is heard",
                () -> speakers.stream().allMatch(RoomSpeaker::isDone)
                        && members.stream().filter(which).allMatch(RoomMember::hasHeardAll));
    }

    void awaitStatus(Predicate<RoomMember> which) {
        await("the newest status is heard", () -> members.stream().filter(which).allMatch(RoomMember::hasNewestStatus));
    }

    long cuts(Predicate<RoomMember> which) {
        return swarm.ask(
                () -> members.stream().filter(which).mapToLong(RoomMember::cuts).sum());
    }

    void await(String what, BooleanSupplier condition) {
        Await.until(what, PATIENCE, this::state, () -> swarm.ask(condition::getAsBoolean));
    }

    void awaitMetric(String gauge, double wanted) {
        Await.until(
                gauge + " is " + wanted, PATIENCE, () -> metric(gauge) + "\n" + state(), () -> metric(gauge) == wanted);
    }

    double metric(String gauge) {
        try {
            return server.metric(gauge);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Why the server says that sessions ended. */
    List<String> endings() {
        try {
            return server.get("/metrics")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("websocket_disconnections_total{")
                            || line.startsWith("earshot_faults_total"))
                    .toList();
        } catch (IOException e) {
            String log = server.output();
            return List.of(
                    (server.isRunning() ? "it runs, but " : "it has ended, ") + e,
                    log.substring(Math.max(0, log.length() - 4000)));
        }
    }

    /** What the server holds, in a line. */
    String held() throws IOException {
        return String.format(
                Locale.ROOT,
                "RSS %d MiB, budget %.1f MiB, rings %.1f MiB, %.0f lagging",
                server.rssBytes() >> 20,
                metric("earshot_budget_bytes") / (1 << 20),
                metric("earshot_ring_bytes") / (1 << 20),
                metric("earshot_sessions_lagging"));
    }

    private String state() {
        String log = server.output();
        List<String> late = swarm.ask(() -> members.stream()
                .filter(m -> !m.isStalled() && !m.hasHeardAll())
                .limit(5)
                .map(RoomMember::toString)
                .toList());
        return late + "; " + endings() + "; the server's last words:\n"
                + log.substring(Math.max(0, log.length() - 2000));
    }

    // What clients ask; on the swarm's thread

    SwarmClient connect(String channel, String user, String permission, int receiveBufferBytes, Swarm.Ear ear) {
        return swarm.connect(
                "/channel/" + channel + "/websocket",
                receiveBufferBytes,
                ear,
                "Authorization",
                "Bearer " + TestTokens.waddle(user, user, permission));
    }

    /** Never while the server stops: the test dials then. */
    void soon(Runnable dial) {
        if (!stopping) swarm.after(Duration.ofMillis(20 + random.nextInt(100)), dial);
    }

    boolean isStopping() {
        return stopping;
    }

    void stopping(boolean now) {
        stopping = now;
    }

    void took(long nanos) {
        if (latencyCount == latencies.length) latencies = Arrays.copyOf(latencies, latencyCount * 2);
        latencies[latencyCount++] = nanos;
    }

    /** Of the messages since this was asked last, and those members who are measured. */
    String latencies() {
        return swarm.ask(() -> {
            long[] sorted = Arrays.copyOf(latencies, latencyCount);
            latencyCount = 0;
            Arrays.sort(sorted);
            if (sorted.length == 0) return "nothing measured";
            return String.format(
                    Locale.ROOT,
                    "%d deliveries, p50 %.2f ms, p99 %.2f ms, most %.2f ms",
                    sorted.length,
                    sorted[sorted.length / 2] / 1e6,
                    sorted[(int) (sorted.length * 0.99)] / 1e6,
                    sorted[sorted.length - 1] / 1e6);
        });
    }

    void print(String what) {
        System.out.println("long: " + name + ": " + what);
    }

    @Override
    public void close() {
        stopping = true;
        swarm.close();
        server.close();
    }
}
