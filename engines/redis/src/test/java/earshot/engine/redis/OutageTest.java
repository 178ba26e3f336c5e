package earshot.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.history.HistoryUnavailable;
import earshot.core.history.Retention;
import earshot.core.history.RoomLog;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import earshot.core.telemetry.MemoryMeter;
import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.testkit.Drafts;
import earshot.core.time.Clock;
import earshot.engine.redis.testkit.RedisDoor;
import earshot.engine.redis.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One Redis, two nodes, and what may happen to Redis; the {@link Ledger} says whether the log kept its word. */
final class OutageTest {
    private final List<RedisLink> links = new ArrayList<>();
    private final List<RedisHistory> nodes = new ArrayList<>();
    private final List<RoomId> rooms = List.of(Drafts.freshRoom(), Drafts.freshRoom(), Drafts.freshRoom());
    private RedisServer server;

    @AfterEach
    void end() {
        for (RedisLink link : links) link.close();
        if (server != null) server.close();
    }

    private Ledger begin(String... options) {
        server = RedisServer.start(options);
        for (int i = 0; i < 2; i++) {
            links.add(RedisLink.connect(RedisSettings.of(server.address()), Clock.SYSTEM, Meter.NONE));
            nodes.add(new RedisHistory(links.get(i), Clock.SYSTEM));
        }
        Ledger ledger = new Ledger(nodes, rooms);
        ledger.begin();
        for (int i = 0; i < 20; i++) ledger.round();
        assertThat(ledger.failed()).isZero();
        return ledger;
    }

    @Test
    void log_whenRedisIsKilledAndHasItsData_losesNothing() {
        Ledger ledger = begin("appendonly", "yes", "appendfsync", "always");
        Position before = open();
        ledger.roundsWhile(() -> {
            server.kill();
            server.startAgain();
        });
        ledger.awaitWorking();
        assertThat(ledger.check()).isZero();
        // Whether it has everything cannot be known: clients are told to look anew.
        assertThat(open().epoch()).isGreaterThan(before.epoch());
    }

    @Test
    void log_whenRedisIsKilledAndHasNothing_saysSo() {
        Ledger ledger = begin();
        Position before = open();
        ledger.roundsWhile(() -> {
            server.kill();
            server.wipe();
            server.startAgain();
        });
        ledger.awaitWorking();
        assertThat(ledger.check()).isPositive();
        assertThat(open().epoch()).isGreaterThan(before.epoch());
    }

    @Test
    void log_whenRedisIsFlushed_saysSo() {
        Ledger ledger = begin();
        Position before = open();
        ledger.roundsWhile(() -> server.ask("FLUSHALL"));
        ledger.awaitWorking();
        assertThat(ledger.check()).isPositive();
        assertThat(open().epoch()).isGreaterThan(before.epoch());
    }

    @Test
    void log_whenRedisPauses_answersUnavailableAndGoesOn() {
        Ledger ledger = begin();
        Position before = open();
        ledger.roundsWhile(() -> {
            server.ask("CLIENT", "PAUSE", "1500", "ALL");
            pause(1500);
        });
        ledger.awaitWorking();
        assertThat(ledger.failed()).isPositive();
        assertThat(ledger.check()).isZero();
        assertThat(open().epoch()).isEqualTo(before.epoch());
    }

    @Test
    void log_whenRedisIsStopped_reconnectsAndGoesOn() {
        Ledger ledger = begin();
        Position before = open();
        ledger.roundsWhile(() -> {
            server.freeze();
            // Longer than a connection may owe answers.
            pause(6_500);
            server.thaw();
        });
        ledger.awaitWorking();
        assertThat(ledger.check()).isZero();
        assertThat(open().epoch()).isEqualTo(before.epoch());
        assertThat(links).allMatch(RedisLink::isHealthy);
    }

    @Test
    void log_whenOneNodeIsCutOff_theOtherGoesOnAndItComesBack() {
        Ledger ledger = begin();
        try (RedisDoor door = new RedisDoor(server)) {
            links.add(RedisLink.connect(RedisSettings.of(door.address()), Clock.SYSTEM, Meter.NONE));
            nodes.add(new RedisHistory(links.getLast(), Clock.SYSTEM));
            Heard heard = new Heard();
            Ledger.await(
                    links.getLast().subscriber().subscribe("t:{1}:a", heard).ready());
            Ledger all = new Ledger(nodes, rooms);
            all.begin();
            Position before = open();
            all.roundsWhile(() -> {
                door.block();
                server.ask("PUBLISH", "t:{1}:a", "meanwhile");
                pause(7_000);
                door.unblock();
            });
            all.awaitWorking();
            assertThat(all.failed()).isPositive();
            assertThat(all.check()).isZero();
            assertThat(ledger.check()).isZero();
            assertThat(open().epoch()).isEqualTo(before.epoch());
            Heard.until(() -> heard.gaps > 0 || heard.messages.contains("t:{1}:a=meanwhile"));
        }
    }

    @Test
    void append_thatNoReplicaHas_isNotAcknowledged() {
        server = RedisServer.start("repl-diskless-sync-delay", "0");
        try (RedisServer replica = RedisServer.start("replicaof", "127.0.0.1 " + server.port())) {
            Heard.until(() -> replica.ask("INFO", "replication").contains("master_link_status:up"));
            RedisSettings settings =
                    RedisSettings.of(server.address()).withReplicas(1).withAnswerTimeout(Duration.ofSeconds(3));
            links.add(RedisLink.connect(settings, Clock.SYSTEM, Meter.NONE));
            nodes.add(new RedisHistory(links.getFirst(), Clock.SYSTEM));
            Ledger ledger = new Ledger(nodes, rooms);
            ledger.begin();
            // The replica says that its link is up before the master counts on it.
            ledger.awaitWorking();
            var before = ledger.failed();
            for (int i = 0; i < 10; i++) ledger.round();
            assertThat(ledger.failed()).isEqualTo(before);
            replica.freeze();
            ledger.round();
            assertThat(ledger.failed()).isEqualTo(before + rooms.size());
            replica.thaw();
            ledger.awaitWorking();
            assertThat(ledger.check()).isZero();
        }
    }

    @Test
    void append_whileRedisIsAwayAndItMayWait_isStoredInOrderWhenItIsBack() {
        server = RedisServer.start();
        MemoryMeter meter = new MemoryMeter();
        RedisSettings settings =
                RedisSettings.of(server.address()).withPatience(new Patience(Duration.ofSeconds(30), 100, 1 << 20));
        links.add(RedisLink.connect(settings, Clock.SYSTEM, meter));
        RedisHistory node = new RedisHistory(links.getFirst(), Clock.SYSTEM);
        nodes.add(node);
        RoomId room = rooms.getFirst();
        Position before = open();
        server.kill();
        Heard.until(() -> !links.getFirst().isHealthy());
        List<CompletionStage<RoomLog.Appended>> waiting = new ArrayList<>();
        for (int i = 0; i < 100; i++) waiting.add(node.append(Drafts.draft(room, Drafts.post("m" + i), i)));
        Heard.until(() -> meter.value(Metric.REDIS_HELD) == 100);
        // A question is answered as ever, and one draft more is one too many.
        assertThat(failure(node.find(room, "m0"))).isInstanceOf(HistoryUnavailable.class);
        assertThat(HistoryUnavailable.codeOf(failure(node.append(Drafts.draft(room, Drafts.post("more"), 0)))))
                .isEqualTo("redis_full");
        assertThat(waiting).noneMatch(stage -> stage.toCompletableFuture().isDone());
        server.startAgain();
        Position last = Position.START;
        for (CompletionStage<RoomLog.Appended> stage : waiting) {
            Position here =
                    ((RoomLog.Appended.Stored) Ledger.await(stage)).entry().position();
            assertThat(here.isAfter(last)).isTrue();
            last = here;
        }
        assertThat(last.epoch()).isGreaterThan(before.epoch());
        assertThat(meter.value(Metric.REDIS_HELD)).isZero();
    }

    private static Throwable failure(CompletionStage<?> stage) {
        var answer = stage.toCompletableFuture();
        Heard.until(answer::isDone);
        return answer.exceptionNow();
    }

    @Test
    void log_whenASlowSubscriberIsCut_hearsOfTheGap() {
        begin("client-output-buffer-limit", "\"pubsub 32kb 0 0\"");
        Heard heard = new Heard();
        Ledger.await(links.getFirst().subscriber().subscribe("t:{1}:a", heard).ready());
        server.ask("PUBLISH", "t:{1}:a", "x".repeat(500_000));
        Heard.until(() -> heard.gaps > 0);
    }

    private Position open() {
        return Ledger.await(nodes.getFirst().open(rooms.getFirst(), Retention.EVERYTHING));
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
